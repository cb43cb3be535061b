import { type Actor, actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { CommuneCode, LanguageTag } from '@relais/contracts/associations';
import { AssociationId, OfferId } from '@relais/contracts/ids';
import { OfferKind, OfferState, Public } from '@relais/contracts/offer-codes';
import { offerContract } from '@relais/contracts/offer-events';
import { PublishOffer } from '@relais/contracts/offers';
import { OfferAction, OfferView } from '@relais/contracts/resource-views';
import { Theme } from '@relais/contracts/themes';
import { derivedId } from '@relais/event-log/event-id';
import type { App } from '@relais/http/app-options';
import { answerCommand, type Presented, revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { sealBody } from '@relais/service/sealing';
import { z } from 'zod';
import { carryOut } from '../commanding.ts';
import { contactPlace } from '../contacts/subject.ts';
import type { Desk } from '../desk.ts';
import { findOffer, listOffers } from '../query.ts';
import { allowedActions, type Offer, offerAggregate } from './decide.ts';
import { offerView } from './present.ts';

const ByTitle = z.tuple([z.string(), z.uuid()]);
const params = z.strictObject({ id: OfferId });
const members = ['partner', 'coordinator', 'auditor', 'administrator'] as const;
const publishers = ['partner', 'coordinator'] as const;

const summaries = {
  suspend: 'Take no new referrals for a while',
  resume: 'Take referrals again',
  withdraw: 'Withdraw an offer for good',
} as const satisfies Record<OfferAction, string>;

/** What members offer: read by all, managed by the association that offers it. */
export function offerRoutes(app: App, desk: Desk): void {
  reads(app, desk.rows);
  app.post(
    '/offers',
    {
      config: { access: publishers, command: 'create' },
      schema: {
        summary: 'Publish an offer; `places` makes its places counted',
        body: PublishOffer,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      // Derived, so that a repeated command publishes the same offer.
      const offer = OfferId.parse(derivedId('offer', request.command.id));
      const association = AssociationId.parse(request.caller.association);
      const { id } = request.command;
      const place = contactPlace(`offer-${offer}`, id, 'offer-published.v2');
      const { contact = null, ...terms } = await sealBody(desk.vault, request.body, place);
      const command = { type: 'publish', offer, association, terms, contact } as const;
      const outcome = await carryOut(desk, target(offer), request, command, 'nothing');
      const location = `/v1/offers/${offer}`;
      const actor = actorOf(request.caller);
      return answerCommand(reply, outcome, (state) => present(offer, state, actor), { location });
    },
  );
  for (const action of OfferAction.options) {
    app.post(
      `/offers/:id/${action}`,
      {
        config: { access: publishers, command: 'change' },
        schema: {
          summary: summaries[action],
          params,
          body: z.strictObject({}),
          response: { 200: CommandAnswer },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const actor = actorOf(request.caller);
        const outcome = await carryOut(desk, target(id), request, { type: action, actor });
        return answerCommand(reply, outcome, (state) => present(id, state, actor));
      },
    );
  }
}

function reads(app: App, sql: Sql): void {
  app.get(
    '/offers',
    {
      config: { access: members },
      schema: {
        summary: 'Offers by title; those withdrawn only when asked for by state',
        querystring: z.strictObject({
          ...PageQuery,
          kind: OfferKind.optional(),
          theme: Theme.optional(),
          commune: CommuneCode.optional(),
          public: Public.optional(),
          language: LanguageTag.optional(),
          association: AssociationId.optional(),
          state: OfferState.optional(),
        }),
        response: { 200: pageOf(OfferView) },
      },
    },
    async (request, reply) => {
      const from = after(request, ByTitle);
      const rows = await listOffers(sql, request.query, from, request.query.limit + 1);
      const actor = actorOf(request.caller);
      const { items, next } = page(request, reply, rows, (row) => [row.title, row.id]);
      return { items: items.map((row) => offerView(row, actor)), next };
    },
  );
  app.get(
    '/offers/:id',
    {
      config: { access: members },
      schema: { summary: 'One offer', params, response: { 200: OfferView } },
    },
    async (request, reply) => {
      const row = await findOffer(sql, request.params.id);
      if (row === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, row.revision);
      return offerView(row, actorOf(request.caller));
    },
  );
}

const target = (id: OfferId) =>
  ({ aggregate: offerAggregate, contract: offerContract, id }) as const;

const present = (id: OfferId, offer: Offer, actor: Actor): Presented => ({
  id,
  state: offer.state,
  allowedActions: offer.state === 'absent' ? [] : allowedActions(actor, offer),
  deadlines: {},
});
