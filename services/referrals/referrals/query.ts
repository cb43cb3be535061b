import type { Log } from '@relais/event-log/log';
import type { Sql } from '@relais/postgres/database';
import { rowsAsOf } from '../as-of.ts';
import { runsFor } from '../cases/query.ts';
import type { CaseFileRow } from '../cases/rows.ts';
import type { Reader, ReferralTies } from '../levels.ts';
import { referralsProjection } from '../project.ts';
import { type Bind, bindings } from '../scope.ts';
import { eligibleSql } from './eligible.ts';
import type { PastReferrals } from './past.ts';
import type { ContributionRow, ReferralRow } from './rows.ts';
import { isOpen } from './states.ts';

export type ReferralParts = {
  readonly row: ReferralRow;
  readonly contributions: readonly ContributionRow[];
  readonly file: Pick<CaseFileRow, 'id' | 'owner' | 'persons'>;
  readonly ties: ReferralTies;
};

/** The referral as the platform knew it at a date; undefined when it did not exist yet. */
export async function findReferralAsOf(
  log: Pick<Log, 'read'>,
  { ties, file, row }: ReferralParts,
  asOf: string,
): Promise<ReferralParts | undefined> {
  const rows = await rowsAsOf(log, referralsProjection, [`referral-${row.id}`], asOf);
  const [then] = rows('referral') as ReferralRow[];
  const contributions = rows('referral_contribution') as ContributionRow[];
  return then && { row: then, contributions, file, ties };
}

/** The referral with what the reader is to it; undefined for an id that does not exist. */
export async function findReferral(
  sql: Sql,
  reader: Reader & { readonly clientId: string },
  id: string,
  now: string,
): Promise<ReferralParts | undefined> {
  const { rows } = await sql.query<{
    file: ReferralParts['file'];
    eligible: boolean;
    glasses: { client: string; until: string }[];
  }>(
    `select json_build_object('id', c.id, 'owner', c.owner, 'persons', c.persons) as file,
       exists (select from association a where a.id = $2 and ${eligibleSql}) as eligible,
       coalesce((select json_agg(json_build_object('client', g.client, 'until', g.until))
         from break_glass g where g.case_id = c.id and g.client = $3), '[]') as glasses
     from referral r join case_file c on c.id = r.case_id where r.id = $1`,
    [id, reader.association, reader.clientId],
  );
  const found = rows[0];
  const { rows: referrals } = await sql.query('select * from referral where id = $1', [id]);
  const row = referrals[0] as ReferralRow | undefined;
  if (found === undefined || row === undefined) return undefined;
  const { rows: contributions } = await sql.query(
    'select * from referral_contribution where referral_id = $1 order by position',
    [id],
  );
  const glasses = found.glasses.map(({ client, until }) => ({
    client,
    until: new Date(until).toISOString(),
  }));
  return {
    row,
    contributions: contributions as ContributionRow[],
    file: found.file,
    ties: {
      owner: found.file.owner,
      sender: row.sender,
      receiver: row.receiver,
      sent: row.sent_at !== null,
      open: isOpen(row.state),
      eligible: found.eligible,
      breakGlass: runsFor(glasses, reader.clientId, now),
    },
  };
}

export type Box = 'inbox' | 'outbox';
export type BoxFilter = {
  readonly state?: readonly string[] | undefined;
  readonly priority?: string | undefined;
  readonly theme?: string | undefined;
};
export type DueKey = readonly [dueAt: string, id: string];

/** What an association received (and was sent) or sends, of `referral r`. */
export const boxScope = (box: Box, association: string, bind: Bind): string =>
  box === 'inbox'
    ? `r.receiver = ${bind(association)} and r.sent_at is not null`
    : `r.sender = ${bind(association)}`;

/** By the next date that concerns somebody. Entered in error stands in no list unless asked for by state. */
export async function listBox(
  sql: Sql,
  scope: (bind: Bind) => string,
  { state, priority, theme }: BoxFilter,
  from: DueKey | undefined,
  limit: number,
  past?: PastReferrals,
): Promise<ReferralRow[]> {
  const { values, bind } = bindings();
  const where = [
    scope(bind),
    state === undefined ? `r.state <> 'entered_in_error'` : `r.state = any(${bind(state)}::text[])`,
    ...(priority === undefined ? [] : [`r.priority = ${bind(priority)}`]),
    ...(theme === undefined ? [] : [`${bind(theme)} = any(r.themes)`]),
    ...(from === undefined
      ? []
      : [`(r.due_at, r.id) > (${bind(from[0])}::timestamptz, ${bind(from[1])}::uuid)`]),
  ];
  const { rows } = await sql.query(
    `${past === undefined ? '' : `with ${past(bind)}`}
     select r.* from referral r where ${where.join(' and ')}
     order by r.due_at, r.id limit ${bind(limit)}`,
    values,
  );
  return rows as ReferralRow[];
}

/** Unclaimed referrals that this association is eligible for, most urgent date first. */
export async function listClaimable(
  sql: Sql,
  association: string,
  { priority, theme }: Omit<BoxFilter, 'state'>,
  from: DueKey | undefined,
  limit: number,
): Promise<ReferralRow[]> {
  const { rows } = await sql.query(
    `select r.* from referral r join association a on a.id = $1
     where ${eligibleSql} and ($2::text is null or r.priority = $2)
       and ($3::text is null or $3 = any(r.themes))
       and ($4::timestamptz is null or (r.due_at, r.id) > ($4, $5::uuid))
     order by r.due_at, r.id limit $6`,
    [association, priority ?? null, theme ?? null, from?.[0] ?? null, from?.[1] ?? null, limit],
  );
  return rows as ReferralRow[];
}
