import type { DuplicateCandidate } from '@relais/contracts/views/worklist';
import type { Caller } from '@relais/http/caller';
import type { Sql } from '@relais/postgres/database';
import { remitOf } from '../scope.ts';
import { matchSchema } from './project.ts';

const candidatesMax = 50;

type Row = {
  readonly case_id: string;
  readonly owner: string;
  readonly matched: DuplicateCandidate['matched'];
};

/**
 * Cases with a person of the same name or phone, by match keys. A birth date alone is shared by too many to mean
 * anything; it confirms a name. Only cases whose persons the caller may read: whether anybody is known elsewhere is
 * what somebody would ask who opens an invented case, and who can merge both cases may read both.
 */
export async function findDuplicates(
  sql: Sql,
  caller: Caller,
  caseId: string,
): Promise<DuplicateCandidate[]> {
  const { rows } = await sql.query<Row>(
    `select other.case_id, c.owner, array_agg(distinct mine.kind order by mine.kind) as matched
     from ${matchSchema}.match_key mine
     join ${matchSchema}.match_key other on other.kind = mine.kind and other.hash = mine.hash
     join case_file c on c.id = other.case_id
     where mine.case_id = $1 and other.case_id <> $1 and c.merged_into is null
       and c.owner = any($2)
     group by other.case_id, c.owner
     having bool_or(mine.kind in ('name', 'phone'))
     order by count(distinct mine.kind) desc, other.case_id
     limit ${candidatesMax}`,
    [caseId, [caller.association, ...remitOf(caller)]],
  );
  return rows.map(({ case_id, owner, matched }) => {
    return { case: case_id, own: owner === caller.association, matched: [...matched] };
  });
}
