import { type Actor, actorOf, mayManage } from '@relais/contracts/actors';
import { CommuneCode, LanguageTag } from '@relais/contracts/associations';
import { AssociationId, OfferId, SeriesId, SiteId } from '@relais/contracts/ids';
import { viewersOf } from '@relais/contracts/offer-visibility';
import { localTimeOf, SessionKind, SessionStart } from '@relais/contracts/session-codes';
import { SessionView } from '@relais/contracts/session-views';
import { Theme } from '@relais/contracts/themes';
import { Instant } from '@relais/contracts/values';
import type { App } from '@relais/http/app-options';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import type { Window } from '../series/recurrence.ts';
import { attendanceMissing, type SessionFound } from './found.ts';
import { revisionOf, sessionView } from './present.ts';
import { compare, findSession, sessionsWithin } from './query.ts';

const members = ['partner', 'coordinator', 'auditor', 'administrator'] as const;
const days = z
  .string()
  .regex(/^(?:[1-9]|[1-8]\d|9[0-2])$/)
  .transform(Number);
const onlyTrue = z
  .literal('true')
  .transform(() => true)
  .optional();

const query = z.strictObject({
  ...PageQuery,
  from: Instant.regex(/^20/).optional().meta({ description: 'Now when it is not given.' }),
  days: days.default(31).meta({ description: 'How many days from then, 1 to 92.' }),
  series: SeriesId.optional(),
  offer: OfferId.optional(),
  association: AssociationId.optional(),
  site: SiteId.optional(),
  commune: CommuneCode.optional(),
  kind: SessionKind.optional(),
  theme: Theme.optional(),
  language: LanguageTag.optional(),
  seatsLeft: onlyTrue,
  attendanceMissing: onlyTrue,
});

/** Sessions of the series that the caller sees, with the seats that are left. */
export function sessionReads(app: App, { rows: sql, now }: Desk): void {
  app.get(
    '/sessions',
    {
      config: { access: members },
      schema: {
        summary: 'Sessions that begin within some days, soonest first',
        querystring: query,
        response: { 200: pageOf(SessionView) },
      },
    },
    async (request, reply) => {
      const { from, days, limit, cursor: _, attendanceMissing: missing, ...filter } = request.query;
      const last = after(request, z.tuple([z.iso.datetime(), z.uuid()]));
      const actor = actorOf(request.caller);
      const window = windowOf(from ?? last?.[0] ?? now().toISOString(), days);
      const all = await sessionsWithin(sql, viewersOf(actor), filter, window);
      const rest = all.filter(
        (one) =>
          (!last || compare([one.startsAt, one.id], last) > 0) &&
          (missing !== true || isMissed(one, actor, now())),
      );
      const rows = rest.slice(0, limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.startsAt, row.id]);
      return { items: items.map((row) => sessionView(row, actor, now())), next };
    },
  );
  app.get(
    '/series/:id/sessions/:start',
    {
      config: { access: members },
      schema: {
        summary: 'One session, named by the time at which its series had it begin',
        params: z.strictObject({ id: SeriesId, start: SessionStart }),
        response: { 200: SessionView },
      },
    },
    async (request, reply) => {
      const { id, start } = request.params;
      const actor = actorOf(request.caller);
      const found = await findSession(sql, viewersOf(actor), id, localTimeOf(start));
      if (found === undefined) throw new HttpProblem('not-found');
      revisionTag(reply, revisionOf(found.row));
      return sessionView(found, actor, now());
    },
  );
}

/** Of what one organises: who came is nobody else's business. */
const isMissed = (session: SessionFound, actor: Actor, now: Date): boolean =>
  mayManage(actor, AssociationId.parse(session.series.association)) &&
  attendanceMissing(session, now) > 0;

function windowOf(from: string, days: number): Window {
  const begin = Temporal.Instant.from(from);
  return { from: begin, until: begin.add({ hours: days * 24 }) };
}
