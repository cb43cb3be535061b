import { actorOf } from '@relais/contracts/actors';
import { OfferId, ReferralId, StayId } from '@relais/contracts/ids';
import { viewersOf } from '@relais/contracts/offer-visibility';
import { StayFigures, StayView } from '@relais/contracts/stay-views';
import { StayState } from '@relais/contracts/stays';
import { Day } from '@relais/contracts/values';
import type { App } from '@relais/http/app-options';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { offerParams, ownOffer, type PlacesDesk } from '../places/managing.ts';
import { addMonths, dayOf } from './days.ts';
import { stayView } from './present.ts';
import { countStays, findStay, listStays } from './query.ts';

const ByOffering = z.tuple([z.iso.datetime(), z.uuid()]);
const readers = ['partner', 'coordinator'] as const;

/** Stays, for the association they are at, the one that keeps the place, and their coordinators; nobody else knows of them. */
export function stayReads(app: App, desk: PlacesDesk): void {
  const { rows: sql, now } = desk;
  app.get(
    '/stays',
    {
      config: { access: readers },
      schema: {
        summary: 'Stays, in the order they were offered in',
        querystring: z.strictObject({
          ...PageQuery,
          offer: OfferId.optional(),
          referral: ReferralId.optional(),
          state: StayState.optional(),
          endsBefore: Day.optional(),
          overstaying: z.stringbool().optional(),
        }),
        response: { 200: pageOf(StayView) },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request.caller);
      const from = after(request, ByOffering);
      const { limit } = request.query;
      const rows = await listStays(sql, viewersOf(actor), request.query, from, limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.offered_at, row.id]);
      const today = dayOf(now().toISOString());
      return { items: items.map((row) => stayView(row, actor, today)), next };
    },
  );
  app.get(
    '/stays/:id',
    {
      config: { access: readers },
      schema: {
        summary: 'One stay',
        params: z.strictObject({ id: StayId }),
        response: { 200: StayView },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request.caller);
      const row = await findStay(sql, request.params.id, viewersOf(actor));
      if (row === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, row.revision);
      return stayView(row, actor, dayOf(now().toISOString()));
    },
  );
  app.get(
    '/offers/:id/stay-figures',
    {
      config: { access: readers },
      schema: {
        summary: 'What the stays of an offer come to: arrivals, ends, late renewals, overstays',
        params: offerParams,
        querystring: z.strictObject({ from: Day.optional(), to: Day.optional() }),
        response: { 200: StayFigures },
      },
    },
    async (request) => {
      const { id } = request.params;
      await ownOffer(desk, id, request.caller);
      const to = request.query.to ?? dayOf(now().toISOString());
      const from = request.query.from ?? addMonths(to, -12);
      if (from > to) throw new HttpProblem('invalid-request', { errors: [reversed] });
      return { offer: id, from, to, ...(await countStays(sql, id, from, to)) };
    },
  );
}

const reversed = {
  pointer: 'from',
  code: 'too_big',
  detail: { en: '`from` is not after `to`', fr: '`from` ne suit pas `to`' },
};
