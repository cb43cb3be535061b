import { type Actor, actorOf, mayManage } from '@relais/contracts/actors';
import { CommandAnswer } from '@relais/contracts/answers';
import { AssociationId, OfferId, SeriesId } from '@relais/contracts/ids';
import { viewersOf } from '@relais/contracts/offer-visibility';
import { seriesContract } from '@relais/contracts/session-events';
import { type SeriesAction, SeriesView } from '@relais/contracts/session-views';
import { ChangeSeries, EndSeries, PlanSeries } from '@relais/contracts/sessions';
import { derivedId } from '@relais/event-log/event-id';
import type { App } from '@relais/http/app-options';
import { answerCommand, type Presented, revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import { carryOut } from '../commanding.ts';
import { checkCommune } from '../communes/checked-areas.ts';
import type { Desk } from '../desk.ts';
import { seriesAggregate } from './decide.ts';
import { findSeries, listSeries, type SeriesFound } from './query.ts';
import type { Series } from './state.ts';
import { offerFactOf, siteIsKnown, visibleOffer, visibleSeries } from './stored.ts';

const members = ['partner', 'coordinator', 'auditor', 'administrator'] as const;
const planners = ['partner', 'coordinator'] as const;
const params = z.strictObject({ id: SeriesId });

/** Series of sessions: seen by those who see the offer, planned by who offers it. */
export function seriesRoutes(app: App, desk: Desk): void {
  reads(app, desk);
  planning(app, desk);
  app.post(
    '/series/:id/change',
    {
      config: { access: planners, command: 'change' },
      schema: {
        summary: 'Say anew how sessions are from some date on; who is registered stays',
        params,
        body: ChangeSeries,
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { actor } = await visibleSeries(desk.log, id, request.caller);
      const { from, terms } = request.body;
      await checkCommune(terms.commune, '/terms/commune');
      const facts = { actor, now: desk.now().toISOString() };
      const isKnown = await siteIsKnown(desk.log, terms.site);
      const command = { type: 'change', from, terms, siteIsKnown: isKnown, ...facts } as const;
      const outcome = await carryOut(desk, target(id), request, command);
      return answerCommand(reply, outcome, (state) => present(id, state, actor));
    },
  );
  app.post(
    '/series/:id/end',
    {
      config: { access: planners, command: 'change' },
      schema: {
        summary: 'No session from some date on, but for those who are registered to one',
        params,
        body: EndSeries,
        response: { 200: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { actor } = await visibleSeries(desk.log, id, request.caller);
      const now = desk.now().toISOString();
      const command = { type: 'end', from: request.body.from, actor, now } as const;
      const outcome = await carryOut(desk, target(id), request, command);
      return answerCommand(reply, outcome, (state) => present(id, state, actor));
    },
  );
}

function planning(app: App, desk: Desk): void {
  app.post(
    '/series',
    {
      config: { access: planners, command: 'create' },
      schema: {
        summary: 'Plan sessions of a workshop, a training, immersion or exchange day',
        body: PlanSeries,
        response: { 201: CommandAnswer },
      },
    },
    async (request, reply) => {
      const { body, caller } = request;
      await checkCommune(body.commune, '/commune');
      const offer = offerFactOf(await visibleOffer(desk.log, body.offer, caller));
      // Derived, so that a repeated command plans the same series.
      const series = SeriesId.parse(derivedId('series', request.command.id));
      const actor = actorOf(caller);
      const isKnown = await siteIsKnown(desk.log, body.site);
      const facts = { offer, siteIsKnown: isKnown, actor, now: desk.now().toISOString() };
      const command = { type: 'plan', series, body, ...facts } as const;
      const outcome = await carryOut(desk, target(series), request, command, 'nothing');
      const location = `/v1/series/${series}`;
      return answerCommand(reply, outcome, (state) => present(series, state, actor), { location });
    },
  );
}

function reads(app: App, { rows: sql }: Desk): void {
  app.get(
    '/series',
    {
      config: { access: members },
      schema: {
        summary: 'Series of the offers that the caller sees',
        querystring: z.strictObject({
          ...PageQuery,
          association: AssociationId.optional(),
          offer: OfferId.optional(),
        }),
        response: { 200: pageOf(SeriesView) },
      },
    },
    async (request, reply) => {
      const [from] = after(request, z.tuple([z.uuid()])) ?? [];
      const actor = actorOf(request.caller);
      const { query } = request;
      const rows = await listSeries(sql, viewersOf(actor), query, from, query.limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.id]);
      return { items: items.map((row) => seriesView(row, actor)), next };
    },
  );
  app.get(
    '/series/:id',
    {
      config: { access: members },
      schema: { summary: 'One series', params, response: { 200: SeriesView } },
    },
    async (request, reply) => {
      const actor = actorOf(request.caller);
      const row = await findSeries(sql, viewersOf(actor), request.params.id);
      if (row === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, row.revision);
      return seriesView(row, actor);
    },
  );
}

const seriesView = (row: SeriesFound, actor: Actor): SeriesView =>
  SeriesView.parse({
    ...{ id: row.id, association: row.association, offer: row.offer, state: row.state },
    ...{ revision: row.revision.toString(), changedAt: row.changed_at },
    ...{ parts: row.plan.parts, endsFrom: row.plan.endsFrom },
    allowedActions: actionsFor(actor, AssociationId.parse(row.association)),
  });

const actionsFor = (actor: Actor, association: AssociationId): SeriesAction[] =>
  mayManage(actor, association) ? ['change', 'end'] : [];

const target = (id: SeriesId) =>
  ({ aggregate: seriesAggregate, contract: seriesContract, id }) as const;

const present = (id: SeriesId, series: Series, actor: Actor): Presented => ({
  id,
  state: series.state,
  allowedActions: series.state === 'absent' ? [] : actionsFor(actor, series.association),
  deadlines: {},
});
