import { type Actor, actorOf } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { AssociationId, OfferId } from '@relais/contracts/ids';
import { offerContract } from '@relais/contracts/offer-events';
import { ChangeOffer, PublishOffer, ReclassifyOffer } from '@relais/contracts/offers';
import { derivedId } from '@relais/event-log/event-id';
import { load } from '@relais/event-log/submit';
import type { App } from '@relais/http/app-options';
import { answerCommand, type Presented } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { sealBody } from '@relais/service/sealing';
import { z } from 'zod';
import { carryOut } from '../commanding.ts';
import { contactPlace } from '../contacts/subject.ts';
import type { Desk } from '../desk.ts';
import { checkHours } from '../search/checked-hours.ts';
import { checkReach } from './checked-reach.ts';
import { allowedActions, type OfferCommand, offerAggregate } from './decide.ts';
import { linksOf } from './links.ts';
import type { Offer } from './offer.ts';
import { offerReads } from './read-routes.ts';
import { seenOffer } from './seen.ts';
import { versionRoutes } from './version-routes.ts';

const params = z.strictObject({ id: OfferId });
const publishers = ['partner', 'coordinator'] as const;
const Nothing = z.strictObject({});

/** What members offer each other: found by those it is for, kept by the association that offers it. */
export function offerRoutes(app: App, desk: Desk): void {
  offerReads(app, desk);
  versionRoutes(app, desk);
  publishing(app, desk);
  changing(app, desk);
  managing(app, desk, 'reclassify', ReclassifyOffer, 'Say that it is another kind of thing');
  managing(app, desk, 'confirm', Nothing, 'Say that an offer is still true');
  managing(app, desk, 'suspend', Nothing, 'Take no new referrals for a while');
  managing(app, desk, 'resume', Nothing, 'Take referrals again');
  managing(app, desk, 'withdraw', Nothing, 'Withdraw an offer for good, and destroy its contact');
  managing(app, desk, 'forget-contact', Nothing, 'Destroy what is kept of an offer’s contact');
}

function publishing(app: App, desk: Desk): void {
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
      checkHours(request.body);
      await checkReach(desk.log, request.body, request.caller.association);
      // Derived, so that a repeated command publishes the same offer.
      const offer = OfferId.parse(derivedId('offer', request.command.id));
      const association = AssociationId.parse(request.caller.association);
      const place = contactPlace(`offer-${offer}`, request.command.id, 'offer-published.v2');
      const { contact = null, ...terms } = await sealBody(desk.vault, request.body, place);
      const links = await linksOf(desk.log, association, terms);
      const command = { type: 'publish', offer, association, terms, contact, links } as const;
      const outcome = await carryOut(desk, target(offer), request, command, 'nothing');
      const location = `/v1/offers/${offer}`;
      const actor = actorOf(request.caller);
      return answerCommand(reply, outcome, presented(offer, actor), { location });
    },
  );
}

function changing(app: App, desk: Desk): void {
  app.post(
    '/offers/:id/change',
    {
      config: { access: publishers, command: 'change' },
      schema: {
        summary: 'Say anew what is offered: a new version',
        params,
        body: ChangeOffer,
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      checkHours(request.body);
      await checkReach(desk.log, request.body, request.caller.association);
      const { id } = request.params;
      const actor = actorOf(request.caller);
      await requireSeen(desk, id, actor);
      const place = contactPlace(`offer-${id}`, request.command.id, 'offer-changed.v1');
      const { contact, ...terms } = await sealBody(desk.vault, request.body, place);
      const loaded = await load({ ...target(id), log: desk.log }, request.command.id);
      const { state } = loaded;
      const links =
        state.state === 'absent'
          ? 'fine'
          : await linksOf(desk.log, state.association, terms, state.terms);
      const command = { type: 'change', actor, terms, contact, links } as const;
      const outcome = await carryOut(desk, target(id), request, command, loaded);
      return answerCommand(reply, outcome, presented(id, actor));
    },
  );
}

type Managing = Exclude<Extract<OfferCommand, { actor: Actor }>['type'], 'change'>;

function managing(
  app: App,
  desk: Desk,
  type: Managing,
  body: z.ZodType<object>,
  summary: string,
): void {
  app.post(
    `/offers/:id/${type}`,
    {
      config: { access: publishers, command: 'change' },
      schema: { summary, params, body, response: { 200: CommandAnswer } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const actor = actorOf(request.caller);
      const command = { ...request.body, type, actor } as OfferCommand;
      await requireSeen(desk, id, actor);
      const outcome = await carryOut(desk, target(id), request, command);
      return answerCommand(reply, outcome, presented(id, actor));
    },
  );
}

const target = (id: OfferId) =>
  ({ aggregate: offerAggregate, contract: offerContract, id }) as const;

/** Throws the problem `not-found` where the caller may not know of the offer. */
async function requireSeen(desk: Desk, id: OfferId, actor: Actor): Promise<void> {
  if ((await seenOffer(desk, id, actor)) === undefined) throw new HttpProblem('not-found');
}

const presented =
  (id: OfferId, actor: Actor) =>
  (offer: Offer): Presented => ({
    id,
    state: offer.state,
    allowedActions: offer.state === 'absent' ? [] : allowedActions(actor, offer),
    deadlines: {},
  });
