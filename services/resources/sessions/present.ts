import { type Actor, mayManage } from '@relais/contracts/actors';
import { AssociationId } from '@relais/contracts/ids';
import { sessionStartOf } from '@relais/contracts/session-codes';
import type { RegistrationAction } from '@relais/contracts/session-views';
import { SessionView } from '@relais/contracts/session-views';
import type { Presented } from '@relais/http/outcome';
import { registrationFor, type SessionFacts } from './facts.ts';
import { attendanceMissing, cancellation, type SessionFound, standingOfFound } from './found.ts';
import type { SessionRow } from './project.ts';
import { refusalToConfirm, type Standing, sessionActions, standingOf } from './standing.ts';
import type { Registration, Session } from './state.ts';
import { datesOf, sessionTerms } from './terms.ts';

/** A session as this reader sees it; who is registered is told elsewhere. */
export function sessionView(found: SessionFound, actor: Actor, now: Date): SessionView {
  const { series, local, row } = found;
  const association = AssociationId.parse(series.association);
  const mayOrganise = mayManage(actor, association);
  const over = cancellation(found);
  const state = over === undefined ? 'planned' : 'cancelled';
  return SessionView.parse({
    ...{ id: found.id, series: series.id, start: sessionStartOf(local) },
    ...{ association, offer: series.offer, kind: series.kind, themes: series.themes },
    ...whatAndWhen(found),
    state,
    reason: over === undefined ? (row?.reason ?? null) : over.reason,
    revision: revisionOf(row).toString(),
    organising: mayOrganise ? organising(found, now) : null,
    allowedActions: sessionActions(standingOfFound(found), { actor, now: now.toISOString() }),
  });
}

/** Counts its events: 0 while nothing has happened to it. */
export const revisionOf = (row: SessionRow | undefined): bigint =>
  row === undefined ? 0n : row.revision + 1n;

/** What the series says of it today, or said last where the series has it no more. */
function whatAndWhen(found: SessionFound) {
  const { series, local, terms: today, row, startsAt } = found;
  const terms = today ?? series.plan.parts.at(-1)?.terms;
  if (terms === undefined) throw new Error('a series has terms');
  const { opensAt, closesAt } = datesOf(terms, { startsAt });
  return {
    ...{ title: terms.title ?? series.offer_title, details: terms.details },
    ...{ languages: terms.languages, onSchedule: today !== null, startsAt },
    ...{ localStart: row?.override?.movedTo ?? local, timeZone: terms.schedule.timeZone },
    ...{ hasWaitingList: terms.hasWaitingList, confirmation: terms.confirmation },
    ...{ registrationOpensAt: opensAt, registrationClosesAt: closesAt },
    ...whereAndSeats(found),
  };
}

function whereAndSeats(found: SessionFound) {
  const { local, terms, row, startsAt } = found;
  const [confirmed, waiting] = [row?.confirmed ?? 0, row?.waiting ?? 0];
  if (terms === null) {
    const nowhere = { site: null, place: null, link: null };
    const endsAt = row?.ends_at ?? startsAt;
    return { ...nowhere, endsAt, seats: 0, confirmed, waiting, seatsLeft: 0 };
  }
  const { endsAt, site, place, link, seats } = sessionTerms(terms, local, row?.override ?? null);
  const left = seats === null ? null : Math.max(0, seats - confirmed - waiting);
  const seatsLeft = cancellation(found) === undefined ? left : 0;
  return { endsAt, site, place, link, seats, confirmed, waiting, seatsLeft };
}

function organising(found: SessionFound, now: Date) {
  const { terms, row, local } = found;
  const seats = terms === null ? 0 : sessionTerms(terms, local, row?.override ?? null).seats;
  const confirmed = row?.confirmed ?? 0;
  return {
    requested: row?.requested ?? 0,
    attendanceMissing: attendanceMissing(found, now),
    lateCancellations: row?.late_cancellations ?? 0,
    overbooked: seats === null ? 0 : Math.max(0, confirmed - seats),
    remindedOfAttendanceAt: row?.reminded_of_attendance_at ?? null,
  };
}

/** What may be done with a registration by whoever registered, or by the organiser. */
export function registrationActions(
  { state }: Pick<Registration, 'state'>,
  standing: Standing,
  { actor, now }: { readonly actor: Actor; readonly now: string },
): RegistrationAction[] {
  if (standing.isCancelled || state === 'refused' || state === 'cancelled') return [];
  const isLooked = state === 'requested' || state === 'waiting';
  const mayConfirm = state === 'requested' && refusalToConfirm(standing, { actor }) === undefined;
  return [
    ...(mayConfirm ? (['confirm'] as const) : []),
    ...(isLooked && mayManage(actor, standing.association) ? (['refuse'] as const) : []),
    ...(now >= standing.startsAt ? [] : (['cancel'] as const)),
  ];
}

/** The answer to a command on a session. */
export const presentSession =
  (facts: SessionFacts) =>
  (session: Session): Presented => {
    const standing = standingOf(facts, session);
    return {
      id: facts.occasion.session,
      state: standing.isCancelled ? 'cancelled' : 'planned',
      allowedActions: sessionActions(standing, facts),
      deadlines: {},
    };
  };

/** The answer to a command on a registration; of one that is not there for who asks, the session's. */
export const presentRegistration =
  (id: string, facts: SessionFacts) =>
  (session: Session): Presented => {
    const one = registrationFor(facts, session, id);
    if (one === undefined) return presentSession(facts)(session);
    const allowedActions = registrationActions(one, standingOf(facts, session), facts);
    return { id, state: one.state, allowedActions, deadlines: {} };
  };
