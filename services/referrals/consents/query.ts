import type { Sql } from '@relais/postgres/database';
import type { ConsultationRow } from '../access/project.ts';
import type { Reader } from '../levels.ts';
import { bindings, remitOf } from '../scope.ts';
import type { ConsentExceptionRow, ConsentRow } from './rows.ts';

/** Consents and exceptions of a case, oldest first. */
export async function findConsents(
  sql: Sql,
  caseId: string,
): Promise<{ consents: ConsentRow[]; exceptions: ConsentExceptionRow[] }> {
  const by = async (table: string) =>
    (await sql.query(`select * from ${table} where case_id = $1 order by position`, [caseId])).rows;
  return {
    consents: (await by('consent')) as ConsentRow[],
    exceptions: (await by('consent_exception')) as ConsentExceptionRow[],
  };
}

/** Revision of the stream of a case's consents, as far as the rows go; undefined where there is none yet. */
export async function consentRevision(sql: Sql, caseId: string): Promise<bigint | undefined> {
  const { rows } = await sql.query<{ events: bigint }>(
    'select count(*) as events from history where case_id = $1 and stream = $2',
    [caseId, `consent-${caseId}`],
  );
  const events = BigInt(rows[0]?.events ?? 0n);
  return events === 0n ? undefined : events - 1n;
}

/** Exceptions recorded for cases in a coordinator's remit, or by an association of it; newest first. Auditors: all. */
export async function listExceptions(
  sql: Sql,
  reader: Reader,
  { live, now }: { readonly live: boolean; readonly now: string },
  before: bigint | undefined,
  limit: number,
): Promise<ConsentExceptionRow[]> {
  const { values, bind } = bindings();
  const scope = () => {
    if (reader.role === 'auditor') return 'true';
    const remit = `${bind(remitOf(reader))}::uuid[]`;
    return `(e.association = any(${remit})
      or e.case_id in (select id from case_file where owner = any(${remit})))`;
  };
  const { rows } = await sql.query(
    `select e.* from consent_exception e where ${scope()}
       ${live ? `and e.ended_at is null and e.until > ${bind(now)}` : ''}
       ${before === undefined ? '' : `and e.position < ${bind(before)}`}
     order by e.position desc limit ${bind(limit)}`,
    values,
  );
  return rows as ConsentExceptionRow[];
}

/** Who read personal data of the case, newest first. */
export async function listConsultations(
  sql: Sql,
  caseId: string,
  before: bigint | undefined,
  limit: number | null,
): Promise<ConsultationRow[]> {
  const { rows } = await sql.query(
    `select * from consultation where case_id = $1 and ($2::bigint is null or position < $2)
     order by position desc limit $3`,
    [caseId, before ?? null, limit],
  );
  return rows as ConsultationRow[];
}
