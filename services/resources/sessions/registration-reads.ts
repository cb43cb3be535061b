import { type Actor, actorOf, mayManage } from '@relais/contracts/actors';
import { AssociationId, RegistrationId, SeriesId } from '@relais/contracts/ids';
import { viewersOf } from '@relais/contracts/offer-visibility';
import {
  localTimeOf,
  RegistrationState,
  SessionStart,
  sessionStartOf,
} from '@relais/contracts/session-codes';
import { OrganisersRegistration, OwnRegistration } from '@relais/contracts/session-views';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import type { Sql } from '@relais/postgres/database';
import { worksWithCases } from '@relais/service/members';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { openRecorded } from '../sealed-text.ts';
import { standingOfFound } from './found.ts';
import { registrationActions, revisionOf } from './present.ts';
import { findSession } from './query.ts';
import {
  findRegistration,
  type RegistrationFound,
  registrationsBy,
  registrationsOf,
} from './registration-query.ts';
import type { Standing } from './standing.ts';
import type { MembersView } from './stored.ts';

const workers = ['partner', 'coordinator'] as const;
const ByPosition = z.tuple([z.string().regex(/^\d+$/)]);

type Asking = { readonly caller: Caller; readonly correlationId: string };

/** Who is registered: to the organiser without the person's case, to an association what it registered itself. */
export function registrationReads(app: App, desk: Desk, members: MembersView): void {
  const { rows: sql, now } = desk;
  const seesPersons = ({ association }: Caller) => worksWithCases(members, association);
  app.get(
    '/series/:id/sessions/:start/registrations',
    {
      config: { access: workers },
      schema: {
        summary: 'Who is registered, in the order in which they came; for the organiser',
        params: z.strictObject({ id: SeriesId, start: SessionStart }),
        querystring: z.strictObject(PageQuery),
        response: { 200: pageOf(OrganisersRegistration) },
      },
    },
    async (request, reply) => {
      const { id, start } = request.params;
      const actor = actorOf(request.caller);
      const from = after(request, ByPosition);
      const session = await findSession(sql, viewersOf(actor), id, localTimeOf(start));
      if (session === undefined) throw new HttpProblem('not-found');
      if (!mayManage(actor, AssociationId.parse(session.series.association))) {
        throw new HttpProblem('not-your-offer');
      }
      const { limit } = request.query;
      const persons = seesPersons(request.caller);
      const rows = await registrationsOf(sql, session.id, persons, from?.[0], limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.position.toString()]);
      revisionTag(reply, revisionOf(session.row));
      const labels = await labelsOf(desk, request, { of: 'session', id: session.id }, items);
      const asking = { actor, now: now().toISOString() };
      return {
        items: items.map((row, at) =>
          organisersView(row, labels[at] ?? null, {
            standing: standingOfFound(session),
            ...asking,
          }),
        ),
        next,
      };
    },
  );
  ownRegistrations(app, desk, seesPersons);
}

function ownRegistrations(app: App, desk: Desk, seesPersons: (caller: Caller) => boolean): void {
  const { rows: sql } = desk;
  app.get(
    '/registrations',
    {
      config: { access: workers },
      schema: {
        summary: 'What one’s own association registered, newest first',
        querystring: z.strictObject({ ...PageQuery, state: RegistrationState.optional() }),
        response: { 200: pageOf(OwnRegistration) },
      },
    },
    async (request, reply) => {
      const { association } = request.caller;
      const { state, limit } = request.query;
      const from = after(request, ByPosition)?.[0];
      const persons = seesPersons(request.caller);
      const rows = await registrationsBy(sql, association, persons, state, from, limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.position.toString()]);
      const labels = await labelsOf(desk, request, { of: 'association', id: association }, items);
      const actor = actorOf(request.caller);
      return {
        items: await Promise.all(
          items.map((row, at) => ownView(desk, row, labels[at] ?? null, actor)),
        ),
        next,
      };
    },
  );
  app.get(
    '/registrations/:id',
    {
      config: { access: workers },
      schema: {
        summary: 'One registration of one’s own association',
        params: z.strictObject({ id: RegistrationId }),
        response: { 200: OwnRegistration },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { association } = request.caller;
      const row = await findRegistration(sql, association, seesPersons(request.caller), id);
      if (row === undefined) throw new HttpProblem('not-found');
      const [label = null] = await labelsOf(desk, request, { of: 'association', id: association }, [
        row,
      ]);
      revisionTag(reply, row.session_revision + 1n);
      return ownView(desk, row, label, actorOf(request.caller));
    },
  );
}

/** The names to call, opened for this reader, who is recorded. */
const labelsOf = (
  desk: Desk,
  { caller, correlationId }: Asking,
  { of, id }: { readonly of: 'session' | 'association'; readonly id: string },
  rows: readonly RegistrationFound[],
): Promise<(string | null)[]> => {
  const level = of === 'session' ? 'organiser' : 'association';
  const reading = { caller, correlationId, of, id, level };
  return openRecorded(
    desk,
    reading,
    rows.map(({ label }) => label),
  );
};

type Shown = { readonly standing: Standing; readonly actor: Actor; readonly now: string };

const shared = (row: RegistrationFound, label: string | null, { standing, ...asking }: Shown) => ({
  ...{ id: row.id, series: row.series, start: sessionStartOf(row.original_start) },
  ...{ startsAt: row.starts_at, state: row.state, label, registeredAt: row.registered_at },
  ...{ waitingAt: row.waiting_at, attendance: row.attendance, cancelledBy: row.cancelled_by },
  ...{ reason: row.reason, late: row.late, revision: (row.session_revision + 1n).toString() },
  allowedActions: registrationActions(row, standing, asking),
});

const organisersView = (
  row: RegistrationFound,
  label: string | null,
  shown: Shown,
): OrganisersRegistration =>
  OrganisersRegistration.parse({
    ...shared(row, label, shown),
    ...{ association: row.association, who: row.registrant.who },
  });

async function ownView(
  { rows: sql, now }: Desk,
  row: RegistrationFound,
  label: string | null,
  actor: Actor,
): Promise<OwnRegistration> {
  const standing = await ownStanding(sql, row, actor);
  return OwnRegistration.parse({
    ...shared(row, label, { standing, actor, now: now().toISOString() }),
    ...{ session: row.session, organiser: row.organiser, registrant: row.registrant },
  });
}

/** Seats are looked up where they matter: for who registered, and decides on it as well. */
async function ownStanding(sql: Sql, row: RegistrationFound, actor: Actor): Promise<Standing> {
  const association = AssociationId.parse(row.organiser);
  const { series, original_start: local, starts_at: startsAt } = row;
  const session =
    row.state === 'requested' && mayManage(actor, association)
      ? await findSession(sql, viewersOf(actor), series, local)
      : undefined;
  if (session !== undefined) return standingOfFound(session);
  const none = { terms: null, seats: 0, confirmed: 0, waiting: 0, offerIsOpen: false };
  return { association, startsAt, isCancelled: false, ...none };
}
