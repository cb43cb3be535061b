import type { CaseId, PersonId } from '@relais/contracts/ids';
import type { Log } from '@relais/event-log/log';
import type { Sql } from '@relais/postgres/database';
import { rowsAsOf } from '../as-of.ts';
import type { HandoverRow } from '../handovers/project.ts';
import { type CaseTies, type Reader, received } from '../levels.ts';
import { referralsProjection } from '../project.ts';
import type { ReferralRow } from '../referrals/rows.ts';
import type { BreakGlassRow, CaseFileRow, CaseNoteRow, GoalRow, VulnerabilityRow } from './rows.ts';

/** A case and all its parts, from which each level's view is made. */
export type CaseParts = {
  readonly file: CaseFileRow;
  readonly vulnerabilities: readonly VulnerabilityRow[];
  readonly goals: readonly GoalRow[];
  readonly notes: readonly CaseNoteRow[];
  readonly breakGlass: readonly BreakGlassRow[];
  readonly referrals: readonly ReferralRow[];
  readonly handovers: readonly HandoverRow[];
};

export type FoundCase = CaseParts & {
  /** Who owns the files that this one was merged into, and those that were merged into it. */
  readonly mergedOwners: readonly string[];
};

/** The case as the read model has it now; undefined for an id that does not exist. */
export async function findCase(sql: Sql, id: string): Promise<FoundCase | undefined> {
  const all = async <Row>(table: string, column: string): Promise<Row[]> => {
    const { rows } = await sql.query(
      `select * from ${table} where ${column} = $1 order by position`,
      [id],
    );
    return rows as Row[];
  };
  const [file] = await all<CaseFileRow>('case_file', 'id');
  if (file === undefined) return undefined;
  return {
    file,
    vulnerabilities: await all('vulnerability', 'case_id'),
    goals: await all('goal', 'case_id'),
    notes: await all('case_note', 'case_id'),
    breakGlass: await all('break_glass', 'case_id'),
    referrals: await all('referral', 'case_id'),
    handovers: await all('handover', 'case_id'),
    mergedOwners: await mergedOwners(sql, file),
  };
}

/** However long the line of merges is, up and down; beside it lie files that have nothing to do with this one's owner. */
async function mergedOwners(sql: Sql, file: CaseFileRow): Promise<string[]> {
  if (file.merged_into === null && file.absorbed.length === 0) return [];
  const { rows } = await sql.query<{ owner: string }>(
    `with recursive up as (
       select merged_into as id from case_file where id = $1
       union select c.merged_into from case_file c join up on c.id = up.id
     ), down as (
       select id from case_file where merged_into = $1
       union select c.id from case_file c join down on c.merged_into = down.id
     )
     select distinct owner from case_file
     where id in (select id from up union select id from down)`,
    [file.id],
  );
  return rows.map(({ owner }) => owner);
}

/** The case as the platform knew it at a date; undefined when it did not exist yet. `now`: as it stands. */
export async function findCaseAsOf(
  log: Pick<Log, 'read'>,
  now: CaseParts,
  asOf: string,
): Promise<CaseParts | undefined> {
  const streams = [
    `case-${now.file.id}`,
    ...now.referrals.map(({ id }) => `referral-${id}`),
    ...now.handovers.map(({ id }) => `handover-${id}`),
  ];
  const rows = await rowsAsOf(log, referralsProjection, streams, asOf);
  const [file] = rows('case_file') as CaseFileRow[];
  if (file === undefined) return undefined;
  return {
    file,
    vulnerabilities: rows('vulnerability') as VulnerabilityRow[],
    goals: rows('goal') as GoalRow[],
    notes: rows('case_note') as CaseNoteRow[],
    breakGlass: rows('break_glass') as BreakGlassRow[],
    referrals: rows('referral') as ReferralRow[],
    handovers: rows('handover') as HandoverRow[],
  };
}

/** What the reader is to a case, now. */
export function caseTies(
  parts: Pick<FoundCase, 'file' | 'referrals' | 'breakGlass' | 'mergedOwners'>,
  reader: Reader & { readonly clientId: string },
  now: string,
): CaseTies {
  return {
    owner: parts.file.owner,
    formerOwners: parts.file.former_owners,
    mergedOwners: parts.mergedOwners,
    receives: received(reader.association, parts.referrals),
    breakGlass: runsFor(parts.breakGlass, reader.clientId, now),
  };
}

/** Whether the client opened a break-glass that still runs. */
export const runsFor = (
  openings: readonly Pick<BreakGlassRow, 'client' | 'until'>[],
  client: string,
  now: string,
): boolean => openings.some((glass) => glass.client === client && now < glass.until);

/** Whether the association takes part in an open referral of the case as its receiver. */
export const isInvolved = async (rows: Sql, id: CaseId, association: string): Promise<boolean> =>
  (await personsReceived(rows, id, association)).length > 0;

/** Whom the open referrals of the case are about that the association received. */
export async function personsReceived(
  rows: Sql,
  id: CaseId,
  association: string,
): Promise<PersonId[]> {
  const { rows: found } = await rows.query<{ person: PersonId }>(
    `select distinct unnest(persons) as person from referral where case_id = $1 and receiver = $2
       and sent_at is not null and ended_at is null`,
    [id, association],
    'case-involved',
  );
  return found.map(({ person }) => person);
}

export type CaseFilter = {
  readonly archived: boolean | undefined;
  readonly referent: string | undefined;
};
export type CaseLineRow = CaseFileRow & {
  readonly open_referrals: number;
  readonly break_glass_until: string | null;
};

/** The association's own cases, oldest first. */
export async function listCases(
  sql: Sql,
  owner: string,
  { archived, referent }: CaseFilter,
  from: readonly [openedAt: string, id: string] | undefined,
  limit: number,
): Promise<CaseLineRow[]> {
  const { rows } = await sql.query<CaseLineRow>(
    `select c.*, (select count(*)::int from referral r where r.case_id = c.id
        and r.state in ('sent', 'under_review', 'info_requested', 'waitlisted', 'accepted',
          'in_progress', 'on_hold')) as open_referrals,
       (select max(g.until) from break_glass g where g.case_id = c.id) as break_glass_until
     from case_file c
     where c.owner = $1
       and ($2::boolean is null or ($1 = any(c.archived_by)) = $2)
       and ($3::uuid is null or c.referent = $3)
       and ($4::timestamptz is null or (c.opened_at, c.id) > ($4, $5::uuid))
     order by c.opened_at, c.id limit $6`,
    [owner, archived ?? null, referent ?? null, from?.[0] ?? null, from?.[1] ?? null, limit],
  );
  return rows;
}
