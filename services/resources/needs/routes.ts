import { type Actor, actorOf } from '@relais/contracts/actors';
import { AssociationId, NeedId } from '@relais/contracts/ids';
import {
  type MeetNeed,
  type NeedEvent,
  NeedState,
  needContract,
  StateNeed,
} from '@relais/contracts/needs';
import { Theme } from '@relais/contracts/themes';
import { MatchView, NeedLine, NeedView } from '@relais/contracts/views/expertise';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import { actionRoute, type Kind, openingRoute } from '../action-routes.ts';
import type { Desk } from '../desk.ts';
import { exchangeFit } from '../exchanges/facts.ts';
import { associationsOf } from '../exchanges/read-routes.ts';
import { matchesFor, type Sought } from '../matching/candidates.ts';
import { openRecorded } from '../sealed-text.ts';
import {
  allowedNeedActions,
  keeps,
  type Need,
  type NeedAction,
  type NeedCommand,
  needAggregate,
  needBodies,
} from './decide.ts';
import type { NeedRow } from './project.ts';
import { listNeeds } from './query.ts';

const access = ['partner', 'coordinator'] as const;
const params = z.strictObject({ id: z.uuid().toLowerCase() });
const ByMoment = z.tuple([z.iso.datetime(), z.uuid()]);
const summaries: { readonly [Action in NeedAction]: string } = {
  lookAgain: 'Look again whether something fits',
  giveUp: 'Say that nobody who fits could help: it is kept as unmet',
  meet: 'Say that it is met',
  reopen: 'Say that it is not met after all',
  withdraw: 'Withdraw it',
};
const matchesMax = 50;

/** What associations lack, and what answers it. */
export function needRoutes(app: App, desk: Desk): void {
  const kind: Kind<NeedCommand, Need, NeedEvent> = {
    path: '/needs',
    aggregate: needAggregate,
    contract: needContract,
    isVisible: (need, actor) =>
      need.state !== 'absent' && keeps(need.association, actor).length > 0,
    present: (id, need, actor) => ({
      ...{ id, state: need.state, deadlines: {} },
      allowedActions: need.state === 'absent' ? [] : allowedNeedActions(need, actor),
    }),
    async factsFor({ type, id, actor, body }, need) {
      if (type === 'state' && actor.role !== 'system') {
        const sought = body as z.output<typeof StateNeed>;
        return { matches: await countFor(desk, sought, actor.association) };
      }
      if (type === 'meet' && need.state !== 'absent') {
        const { exchange } = body as z.output<typeof MeetNeed>;
        const whose = { need: NeedId.parse(id), requester: need.association };
        return { exchange: await exchangeFit(desk.log, exchange, whose) };
      }
      const isLookedFor = type === 'lookAgain' || type === 'reopen';
      if (!isLookedFor || need.state === 'absent') return null;
      return { matches: await countFor(desk, need.terms, need.association) };
    },
  };
  openingRoute(app, desk, kind, {
    ...{ action: 'state', summary: 'Say what one lacks', body: StateNeed },
    seals: 'need-stated.v1',
  });
  for (const action of Object.keys(needBodies) as NeedAction[]) {
    actionRoute(app, desk, kind, {
      ...{ action, summary: summaries[action], body: needBodies[action] },
    });
  }
  needLists(app, desk);
  needReads(app, desk);
}

const countFor = async (desk: Desk, sought: Sought, association: AssociationId) =>
  (await matchesFor(desk, sought, { association, kinds: null })).length;

function needLists(app: App, { rows: sql }: Desk): void {
  app.get(
    '/needs',
    {
      config: { access },
      schema: {
        summary: 'Needs of one’s own and of those one coordinates; `of=all`: what nobody answers',
        querystring: z.strictObject({
          ...PageQuery,
          of: z.enum(['own', 'all']).default('own'),
          state: NeedState.optional(),
          theme: Theme.optional(),
        }),
        response: { 200: pageOf(NeedLine) },
      },
    },
    async (request, reply) => {
      const { of, state, theme, limit } = request.query;
      const from = after(request, ByMoment);
      const whose = of === 'all' ? null : associationsOf(request.caller);
      const rows = await listNeeds(sql, whose, { state, theme }, from, limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.stated_at, row.id]);
      const actor = actorOf(request.caller);
      return { items: items.map((row) => needLine(row, actor)), next };
    },
  );
}

function needReads(app: App, desk: Desk): void {
  app.get(
    '/needs/:id',
    {
      config: { access },
      schema: { summary: 'One need of one’s own', params, response: { 200: NeedView } },
    },
    async (request, reply) => {
      const { caller, correlationId } = request;
      const row = await ownNeed(desk.rows, request.params.id, caller);
      const isOwn = caller.association === row.association;
      const reading = { caller, correlationId, of: 'need', id: row.id, level: 'party' };
      const [text = null] = await openRecorded(desk, reading, [isOwn ? row.text : null]);
      revisionTag(reply, row.revision);
      return { ...needLine(row, actorOf(caller)), text };
    },
  );
  app.get(
    '/needs/:id/matches',
    {
      config: { access },
      schema: {
        summary: 'Offers and skills that fit now, best first, and why',
        params,
        response: { 200: z.object({ items: z.array(MatchView) }) },
      },
    },
    async ({ params: { id }, caller }) => {
      const { terms, association } = await ownNeed(desk.rows, id, caller);
      const whose = { association: AssociationId.parse(association), kinds: null };
      const matches = await matchesFor(desk, terms, whose);
      return {
        items: matches.slice(0, matchesMax).map(({ candidate, ...match }) => ({
          ...{ kind: candidate.kind, id: candidate.id, association: candidate.association },
          ...{ title: candidate.title, load: candidate.load, ...match },
        })),
      };
    },
  );
}

/** Throws `not-found` for one that is not the caller's to see. */
async function ownNeed(sql: Sql, id: string, caller: Caller): Promise<NeedRow> {
  const { rows } = await sql.query<NeedRow>(
    'select * from need where id = $1 and association = any($2::uuid[])',
    [id, [...associationsOf(caller)]],
    'resources-need',
  );
  const [row] = rows;
  if (row === undefined) throw new HttpProblem('not-found');
  return row;
}

function needLine({ id, association, state, terms, ...row }: NeedRow, actor: Actor): NeedLine {
  const { themes, commune, publics, languages, when } = terms;
  return {
    ...{ id, association, state, revision: row.revision.toString(), themes: [...themes], commune },
    ...{ publics: [...publics], languages: [...languages], when },
    ...{ reason: row.reason, exchange: row.exchange },
    ...{ statedAt: row.stated_at, changedAt: row.changed_at },
    allowedActions: allowedNeedActions(
      { state, association: AssociationId.parse(association) },
      actor,
    ),
  };
}
