import type { Sql } from '@relais/postgres/database';
import type { NeedRow } from './project.ts';

export type NeedFilter = {
  readonly state?: string | undefined;
  readonly theme?: string | undefined;
};

/** Needs of these associations, or (null) those of all that nobody answers, latest first, after this moment and id. */
export async function listNeeds(
  sql: Sql,
  associations: readonly string[] | null,
  { state, theme }: NeedFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<NeedRow[]> {
  const { rows } = await sql.query<NeedRow>(
    `select * from need
     where (case when $1::uuid[] is null then state = 'unmet' else association = any($1) end)
       and ($2::text is null or state = $2) and ($3::text is null or terms->'themes' ? $3)
       and ($4::timestamptz is null or (stated_at, id) < ($4, $5::uuid))
     order by stated_at desc, id desc limit $6`,
    [associations, state ?? null, theme ?? null, after?.[0] ?? null, after?.[1] ?? null, limit],
    'resources-needs',
  );
  return rows;
}
