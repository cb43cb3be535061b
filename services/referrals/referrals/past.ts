import type { Log } from '@relais/event-log/log';
import type { Sql } from '@relais/postgres/database';
import { rowsAsOf } from '../as-of.ts';
import { referralsProjection } from '../project.ts';
import { type Bind, bindings } from '../scope.ts';
import type { ReferralRow } from './rows.ts';

/** A common table expression `referral as (…)`: what stands behind `with` reads it in place of the table. */
export type PastReferrals = (bind: Bind) => string;

const readAtOnce = 16;

/**
 * The table as the platform knew it at a date, as far as the reader's lists look at it: a referral to which nothing
 * was added since stands in it as it is, the others are folded from their streams. `scope` is of the present: what
 * the reader may not see any more is in no past either.
 */
export async function referralsAsOf(
  { sql, log }: { readonly sql: Sql; readonly log: Pick<Log, 'read'> },
  asOf: string,
  scope: (bind: Bind) => string,
): Promise<PastReferrals> {
  const { values, bind } = bindings();
  const moment = `${bind(asOf)}::timestamptz`;
  const { rows } = await sql.query<{ id: string }>(
    `select r.id from referral r where ${scope(bind)} and r.drafted_at <= ${moment}
       and exists (select from history h where h.referral_id = r.id and h.recorded_at > ${moment})`,
    values,
  );
  const ids = rows.map(({ id }) => id);
  const past: ReferralRow[] = [];
  for (let n = 0; n < ids.length; n += readAtOnce) {
    const streams = ids.slice(n, n + readAtOnce).map((id) => [`referral-${id}`]);
    const found = streams.map((stream) => rowsAsOf(log, referralsProjection, stream, asOf));
    for (const then of await Promise.all(found)) past.push(...(then('referral') as ReferralRow[]));
  }
  const json = JSON.stringify(past, (_, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
  return (bind) => `referral as (
    select * from referral where drafted_at <= ${bind(asOf)}::timestamptz and id <> all(${bind(ids)}::uuid[])
    union all select * from jsonb_populate_recordset(null::referral, ${bind(json)}::jsonb))`;
}

/** The moment that a list tells of: nobody knows more than now. */
export const momentOf = (asOf: string | undefined, now: Date): Date =>
  asOf === undefined ? now : new Date(Math.min(Date.parse(asOf), now.getTime()));
