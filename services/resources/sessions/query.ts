import type { StoredTerms } from '@relais/contracts/session-events';
import type { Sql } from '@relais/postgres/database';
import { findSeries, type SeriesFound, seriesWithin, type Viewer } from '../series/query.ts';
import type { Window } from '../series/recurrence.ts';
import { plannedWithin, termsAt } from '../series/state.ts';
import { isWanted, type SessionFilter, type SessionFound, sessionIdOf } from './found.ts';
import type { SessionRow } from './project.ts';
import { isoOf, sessionTerms } from './terms.ts';

/** What happened to sessions of these series that begin, or were first meant to begin, within the window. */
async function touchedWithin(
  sql: Sql,
  series: readonly string[],
  { from, until }: Window,
): Promise<SessionRow[]> {
  const { rows } = await sql.query<SessionRow>(
    `select * from session where series = any ($1)
       and (starts_at >= $2 and starts_at < $3 or original_at >= $2 and original_at < $3)`,
    [series, from.toString(), until.toString()],
    'resources-sessions-touched',
  );
  return rows;
}

/** One session; undefined where the series has none then and nothing ever happened to one. */
export async function findSession(
  sql: Sql,
  viewer: Viewer,
  seriesId: string,
  local: string,
): Promise<SessionFound | undefined> {
  const series = await findSeries(sql, viewer, seriesId);
  if (series === undefined) return undefined;
  const id = sessionIdOf(seriesId, local);
  const { rows } = await sql.query<SessionRow>(
    'select * from session where id = $1',
    [id],
    'resources-session',
  );
  const [row] = rows;
  const terms = termsAt(series.plan, local) ?? null;
  if (terms === null && row === undefined) return undefined;
  return found(series, local, terms, row);
}

/** Sessions that begin within the window, soonest first: those of the schedules, with what happened to them. */
export async function sessionsWithin(
  sql: Sql,
  viewer: Viewer,
  filter: SessionFilter,
  window: Window,
): Promise<SessionFound[]> {
  const all = await seriesWithin(sql, viewer, filter, window);
  const touched = await touchedWithin(
    sql,
    all.map(({ id }) => id),
    window,
  );
  const bySeries = Map.groupBy(touched, ({ series }) => series);
  const sessions = all.flatMap((series) => ofSeries(series, bySeries.get(series.id) ?? [], window));
  const [from, until] = [isoOf(window.from), isoOf(window.until)];
  return sessions
    .filter((one) => one.startsAt >= from && one.startsAt < until && isWanted(one, filter))
    .sort((one, other) => compare([one.startsAt, one.id], [other.startsAt, other.id]));
}

function ofSeries(
  series: SeriesFound,
  rows: readonly SessionRow[],
  window: Window,
): SessionFound[] {
  const byStart = new Map(rows.map((row) => [row.original_start, row]));
  const planned = plannedWithin(series.plan, window).map(({ local, terms }) => {
    const row = byStart.get(local);
    byStart.delete(local);
    return found(series, local, terms, row);
  });
  const others = [...byStart].map(([local, row]) =>
    found(series, local, termsAt(series.plan, local) ?? null, row),
  );
  return [...planned, ...others];
}

function found(
  series: SeriesFound,
  local: string,
  terms: StoredTerms | null,
  row: SessionRow | undefined,
): SessionFound {
  const now = terms === null ? undefined : sessionTerms(terms, local, row?.override ?? null);
  const startsAt = now?.startsAt ?? row?.starts_at ?? '';
  return { id: sessionIdOf(series.id, local), series, local, startsAt, terms, row };
}

/** Whether one keyset stands after another. */
export const compare = (
  [at, id]: readonly [string, string],
  [otherAt, otherId]: readonly [string, string],
): number => {
  const order = at < otherAt ? -1 : Number(at > otherAt);
  return order === 0 ? (id < otherId ? -1 : Number(id > otherId)) : order;
};
