import { AssociationId } from '@relais/contracts/ids';
import type { StoredTerms } from '@relais/contracts/session-events';
import { derivedId } from '@relais/event-log/event-id';
import type { SeriesFilter, SeriesFound } from '../series/query.ts';
import type { SessionRow } from './project.ts';
import type { Standing } from './standing.ts';
import { sessionTerms } from './terms.ts';

/** A session: computed, and joined with what happened to it. */
export type SessionFound = {
  readonly id: string;
  readonly series: SeriesFound;
  readonly local: string;
  readonly startsAt: string;
  /** Null: the series has it no more. */
  readonly terms: StoredTerms | null;
  readonly row: SessionRow | undefined;
};

/** Where a session is named by its series and its first beginning. */
export const sessionIdOf = (series: string, local: string): string =>
  derivedId('session', series, local);

/** Why sessions are cancelled whose offer is withdrawn. */
export const offerWithdrawn = 'offer_withdrawn';

/** Cancelled, or still to come when its offer was withdrawn: for one that nobody touched nothing else says so. */
export function cancellation({
  series,
  startsAt,
  row,
}: SessionFound): { readonly reason: string | null } | undefined {
  if (row?.state === 'cancelled') return { reason: row.reason };
  const isOver = series.offer_state === 'withdrawn' && startsAt > series.offer_changed_at;
  return isOver ? { reason: offerWithdrawn } : undefined;
}

/** How it stands by its rows. */
export function standingOfFound(found: SessionFound): Standing {
  const { series, local, terms, row, startsAt } = found;
  const override = row?.override ?? null;
  return {
    ...{ association: AssociationId.parse(series.association), startsAt, terms },
    isCancelled: cancellation(found) !== undefined,
    seats: terms === null ? 0 : sessionTerms(terms, local, override).seats,
    ...{ confirmed: row?.confirmed ?? 0, waiting: row?.waiting ?? 0 },
    offerIsOpen: series.offer_state === 'open',
  };
}

export type SessionFilter = SeriesFilter & {
  readonly site?: string | undefined;
  readonly commune?: string | undefined;
  readonly language?: string | undefined;
  readonly seatsLeft?: boolean | undefined;
  readonly onSchedule?: boolean | undefined;
};

/** Whether a list with this filter shows the session. */
export function isWanted(session: SessionFound, filter: SessionFilter): boolean {
  const { terms, row } = session;
  const registered = row === undefined ? 0 : row.requested + row.confirmed + row.waiting;
  // What fell off the schedule stays for who is registered, and for nobody else.
  if (terms === null && registered === 0) return false;
  if (filter.onSchedule !== undefined && filter.onSchedule !== (terms !== null)) return false;
  return isAt(session, filter) && (filter.seatsLeft !== true || hasSeats(session));
}

/** Confirmed registrations of a session that has begun, of which its organiser has not said whether they came. */
export function attendanceMissing({ row, startsAt }: SessionFound, now: Date): number {
  const tookPlace = row?.state === 'planned' && Date.parse(startsAt) <= now.getTime();
  return tookPlace ? Math.max(0, row.confirmed - row.attended) : 0;
}

function isAt({ series, terms, row }: SessionFound, filter: SessionFilter): boolean {
  const { site, language, commune } = filter;
  const place = row?.override?.site ?? terms?.site;
  const communes = terms?.commune ? [terms.commune] : series.communes;
  return (
    (site === undefined || place === site) &&
    (language === undefined || terms?.languages.includes(language) === true) &&
    (commune === undefined || communes.includes(commune))
  );
}

function hasSeats(session: SessionFound): boolean {
  const { terms, row } = session;
  if (terms === null || cancellation(session) !== undefined) return false;
  const seats = row?.override?.seats ? row.override.seats.limit : terms.seats;
  return seats === null || seats > (row?.confirmed ?? 0) + (row?.waiting ?? 0);
}
