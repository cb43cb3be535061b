import { actorOf } from '@relais/contracts/actors';
import { CommuneCode, LanguageTag } from '@relais/contracts/associations';
import { Freshness } from '@relais/contracts/freshness';
import { AssociationId, OfferId, OrganisationId, SiteId } from '@relais/contracts/ids';
import { OfferKind, OfferState, Public } from '@relais/contracts/offer-codes';
import { OfferDetail, OfferView, PublicOffer } from '@relais/contracts/offer-views';
import { viewersOf } from '@relais/contracts/offer-visibility';
import { Theme } from '@relais/contracts/themes';
import type { App } from '@relais/http/app-options';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { languageHeaders } from '../words.ts';
import { offerDetail, offerView, publicOffer } from './present.ts';
import { findOffer, findPublicOffer, listOffers } from './query.ts';
import { seenRow } from './seen.ts';

const ByTitle = z.tuple([z.string(), z.uuid()]);
const params = z.strictObject({ id: OfferId });
const members = ['partner', 'coordinator', 'auditor', 'administrator'] as const;

/** Offers in the language that the reader prefers. */
export function offerReads(app: App, desk: Pick<Desk, 'log' | 'pools' | 'rows'>): void {
  const { rows: sql } = desk;
  listing(app, sql);
  app.get(
    '/offers/:id',
    {
      config: { access: members },
      schema: {
        summary: 'One offer, with all its translations',
        params,
        response: { 200: OfferDetail },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request.caller);
      const { id } = request.params;
      const row = await seenRow(desk, id, actor, (isConcerned) =>
        findOffer(sql, id, viewersOf(actor), isConcerned),
      );
      if (row === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, row.revision);
      const detail = offerDetail(row, actor, request.headers['accept-language']);
      languageHeaders(reply, [detail.language]);
      return detail;
    },
  );
  app.get(
    '/public/offers/:id',
    {
      config: { access: 'public' },
      schema: {
        summary: 'An offer that is for everybody, for a link that needs no account',
        params,
        response: { 200: PublicOffer },
      },
    },
    async (request, reply) => {
      const row = await findPublicOffer(sql, request.params.id);
      if (row === undefined) throw new HttpProblem('not-found');
      const shown = publicOffer(row, request.headers['accept-language']);
      languageHeaders(reply, [shown.language]);
      return shown;
    },
  );
}

function listing(app: App, sql: Sql): void {
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
          organisation: OrganisationId.optional(),
          site: SiteId.optional(),
          freshness: Freshness.optional(),
          state: OfferState.optional(),
        }),
        response: { 200: pageOf(OfferView) },
      },
    },
    async (request, reply) => {
      const from = after(request, ByTitle);
      const actor = actorOf(request.caller);
      const limit = request.query.limit + 1;
      const rows = await listOffers(sql, viewersOf(actor), request.query, from, limit);
      const { items, next } = page(request, reply, rows, (row) => [row.title, row.id]);
      const preferred = request.headers['accept-language'];
      const views = items.map((row) => offerView(row, actor, preferred));
      const languages = views.map(({ language }) => language);
      languageHeaders(reply, languages);
      return { items: views, next };
    },
  );
}
