import type { Sql } from '@relais/postgres/database';
import type { SiteRow } from './project.ts';

export type SiteFilter = {
  readonly organisation?: string | undefined;
  readonly association?: string | undefined;
  readonly commune?: string | undefined;
  readonly state?: string | undefined;
};

/** Sites by name, after this name and id; those retired, or of a retired organisation, only when asked for. */
export async function listSites(
  sql: Sql,
  { organisation, association, commune, state }: SiteFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<SiteRow[]> {
  const { rows } = await sql.query<SiteRow>(
    `select site.* from site
     left join organisation on organisation.id = site.organisation
     where ($1::text is null or (site.name collate "C", site.id) > ($1::text collate "C", $2::uuid))
       and ($3::uuid is null or site.organisation = $3)
       and ($4::uuid is null or site.association = $4)
       and ($5::text is null or site.commune = $5)
       and case when site.state = 'retired' or organisation.state = 'retired'
         then 'retired' else 'listed' end = coalesce($6, 'listed')
     order by site.name collate "C", site.id limit $7`,
    [
      ...[after?.[0] ?? null, after?.[1] ?? null, organisation ?? null, association ?? null],
      ...[commune ?? null, state ?? null, limit],
    ],
    'resources-sites',
  );
  return rows;
}

/** By id; undefined for one that is not known. */
export async function findSite(sql: Sql, id: string): Promise<SiteRow | undefined> {
  const { rows } = await sql.query<SiteRow>(
    'select * from site where id = $1',
    [id],
    'resources-site',
  );
  return rows[0];
}
