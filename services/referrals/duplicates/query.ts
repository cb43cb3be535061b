import { createHmac } from 'node:crypto';
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
 * anything; it confirms a name. Of a case that the caller may not read only that it exists is told, and only where the
 * name and something else of one person are the same: an invented case must not be a way to ask who is known by a
 * name, or whose a number is. `key` makes the candidate ids, which only this platform can tell apart.
 */
export async function findDuplicates(
  sql: Sql,
  caller: Caller,
  caseId: string,
  key: Uint8Array,
): Promise<DuplicateCandidate[]> {
  const readable = [caller.association, ...remitOf(caller)];
  const { rows } = await sql.query<Row>(
    `with pair as (
       select other.case_id, array_agg(distinct mine.kind) as kinds
       from ${matchSchema}.match_key mine
       join ${matchSchema}.match_key other on other.kind = mine.kind and other.hash = mine.hash
       where mine.case_id = $1 and other.case_id <> $1
       group by other.case_id, mine.person, other.person
     )
     select pair.case_id, c.owner, array_agg(distinct same order by same) as matched
     from pair cross join unnest(pair.kinds) same join case_file c on c.id = pair.case_id
     where c.merged_into is null
       and ('name' = any(pair.kinds) and cardinality(pair.kinds) > 1
         or c.owner = any($2) and pair.kinds && '{name,phone}')
     group by pair.case_id, c.owner
     order by count(distinct same) desc, pair.case_id
     limit ${candidatesMax}`,
    [caseId, readable],
  );
  return rows.map(({ case_id, owner, matched }) => {
    const own = owner === caller.association;
    const shown = readable.includes(owner);
    const mac = createHmac('sha256', key).update(`duplicate/${caseId}/${case_id}`);
    return {
      candidate: mac.digest('base64url').slice(0, 22),
      own,
      case: shown ? case_id : null,
      matched: [...matched],
    };
  });
}
