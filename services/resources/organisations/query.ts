import type { Sql } from '@relais/postgres/database';
import type { OrganisationRow } from './project.ts';

export type OrganisationFilter = {
  readonly association?: string | undefined;
  readonly member?: string | undefined;
  readonly parent?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
};

/** Organisations by name, after this name and id; those retired only when asked for. */
export async function listOrganisations(
  sql: Sql,
  { association, member, parent, kind, state }: OrganisationFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<OrganisationRow[]> {
  const { rows } = await sql.query<OrganisationRow>(
    `select * from organisation
     where ($1::text is null or (name collate "C", id) > ($1::text collate "C", $2::uuid))
       and ($3::uuid is null or association = $3)
       and ($4::uuid is null or member = $4)
       and ($5::uuid is null or parent = $5)
       and ($6::text is null or kind = $6)
       and state = coalesce($7, 'listed')
     order by name collate "C", id limit $8`,
    [
      ...[after?.[0] ?? null, after?.[1] ?? null, association ?? null, member ?? null],
      ...[parent ?? null, kind ?? null, state ?? null, limit],
    ],
    'resources-organisations',
  );
  return rows;
}

/** By id; undefined for one that is not known. */
export async function findOrganisation(sql: Sql, id: string): Promise<OrganisationRow | undefined> {
  const { rows } = await sql.query<OrganisationRow>(
    'select * from organisation where id = $1',
    [id],
    'resources-organisation',
  );
  return rows[0];
}
