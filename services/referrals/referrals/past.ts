import type { Log } from '@relais/event-log/log';
import type { Sql } from '@relais/postgres/database';
import { rowsAsOf } from '../as-of.ts';
import { referralsProjection } from '../project.ts';
import { type Bind, bindings } from '../scope.ts';
import type { ReferralRow } from './rows.ts';

/** A common table expression `referral as (…)`: what stands behind `with` reads it in place of the table. */
export type PastReferrals = (bind: Bind) => string;

export type Past<Row> = {
  readonly asOf: string;
  /** What of `referral r` the reader's list looks at. */
  readonly scope: (bind: Bind) => string;
  /** The first rows of the list, at most so many, of these referrals. */
  readonly list: (past: PastReferrals) => Promise<readonly Row[]>;
  /** By what the list is ordered, and a row known. */
  readonly keyOf: (row: Row) => readonly string[];
  readonly limit: number;
};
type Desk = { readonly sql: Sql; readonly log: Pick<Log, 'read'> };

const readAtOnce = 16;
/** With all their referrals in memory. */
const casesAtOnce = 50;
const idsAtOnce = 10_000;

/**
 * A list as the platform would have given it at a date. Cases to whose referrals nothing was added since stand in the
 * table as they were; the others are folded from their streams, a few at a time, of which the first rows are kept: what
 * is held in memory does not grow with what the reader has. `scope` is of the present: what the reader may not see any
 * more is in no past either.
 */
export async function listAsOf<Row>(desk: Desk, past: Past<Row>): Promise<readonly Row[]> {
  const { asOf, list, keyOf, limit } = past;
  let first = await list(unchangedSince(asOf));
  for await (const cases of changedCases(desk, past)) {
    const found = await list(await referralsOf(cases, desk, past));
    const byKey = new Map([...first, ...found].map((row) => [keyOf(row).join(' '), row]));
    first = [...byKey]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .slice(0, limit)
      .map(([, row]) => row);
  }
  return first;
}

const changed = (of: string, moment: string): string =>
  `exists (select from history h where ${of} and h.referral_id is not null and h.recorded_at > ${moment})`;

const unchangedSince =
  (asOf: string): PastReferrals =>
  (bind) => {
    const moment = `${bind(asOf)}::timestamptz`;
    return `referral as (select * from referral r where r.drafted_at <= ${moment}
      and not ${changed('h.case_id = r.case_id', moment)})`;
  };

async function* changedCases(
  { sql }: Desk,
  { asOf, scope }: Pick<Past<unknown>, 'asOf' | 'scope'>,
): AsyncGenerator<readonly string[]> {
  for (let last: string | null = null; ; ) {
    const { values, bind } = bindings();
    const moment = `${bind(asOf)}::timestamptz`;
    const { rows }: { rows: { id: string }[] } = await sql.query(
      `select distinct r.case_id as id from referral r
       where ${scope(bind)} and r.drafted_at <= ${moment} and ${changed('h.case_id = r.case_id', moment)}
         and (${bind(last)}::uuid is null or r.case_id > ${bind(last)}::uuid)
       order by r.case_id limit ${idsAtOnce}`,
      values,
    );
    const ids = rows.map(({ id }) => id);
    for (let n = 0; n < ids.length; n += casesAtOnce) yield ids.slice(n, n + casesAtOnce);
    if (ids.length < idsAtOnce) return;
    last = ids.at(-1) ?? null;
  }
}

/** The referrals of these cases as they were; without what was sealed, which no list shows. */
async function referralsOf(
  cases: readonly string[],
  { sql, log }: Desk,
  { asOf, scope }: Pick<Past<unknown>, 'asOf' | 'scope'>,
): Promise<PastReferrals> {
  const { values, bind } = bindings();
  const moment = `${bind(asOf)}::timestamptz`;
  const { rows } = await sql.query<{ id: string }>(
    `select r.id from referral r where r.case_id = any(${bind(cases)}::uuid[]) and ${scope(bind)}
       and r.drafted_at <= ${moment} and ${changed('h.referral_id = r.id', moment)}`,
    values,
  );
  const ids = rows.map(({ id }) => id);
  const then: object[] = [];
  for (let n = 0; n < ids.length; n += readAtOnce) {
    const streams = ids.slice(n, n + readAtOnce).map((id) => [`referral-${id}`]);
    const found = streams.map((stream) => rowsAsOf(log, referralsProjection, stream, asOf));
    for (const past of await Promise.all(found)) {
      for (const row of past('referral') as ReferralRow[]) {
        then.push({ ...row, need: null, shared: [] });
      }
    }
  }
  const json = JSON.stringify(then, (_, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return (bind) => `referral as (
    select * from referral where case_id = any(${bind(cases)}::uuid[])
      and drafted_at <= ${bind(asOf)}::timestamptz and id <> all(${bind(ids)}::uuid[])
    union all select * from jsonb_populate_recordset(null::referral, ${bind(json)}::jsonb))`;
}

/** The moment that a list tells of: nobody knows more than now. */
export const momentOf = (asOf: string | undefined, now: Date): Date =>
  asOf === undefined ? now : new Date(Math.min(Date.parse(asOf), now.getTime()));
