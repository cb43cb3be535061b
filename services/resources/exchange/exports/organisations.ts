/** Who offers something to everybody, and where. */
import type { Sql } from '@relais/postgres/database';
import type { OrganisationRow } from '../../organisations/project.ts';
import type { SiteRow } from '../../sites/project.ts';
import type { ExportedOrganisation, ExportedSite } from '../exported.ts';
import { type OrganisationFilter, organisationConditions } from './filter.ts';
import { type Slice, siteOf } from './query.ts';

type PublicRow = Pick<OrganisationRow, 'id' | 'terms' | 'source' | 'changed_at'>;

/** The ids of all that fit, or of a page of them. To find them costs the same for one and for all. */
export async function publicOrganisationIds(
  sql: Sql,
  filter: OrganisationFilter,
  { limit, offset = 0 }: Partial<Slice> = {},
): Promise<string[]> {
  const { conditions, bound } = organisationConditions(filter);
  const { rows } = await sql.query<{ id: string }>(
    `select named.id from public_organisation named where ${conditions} order by named.id
     limit ${bound.bind(limit ?? null, 'int')} offset ${bound.bind(offset, 'int')}`,
    bound.values,
  );
  return rows.map(({ id }) => id);
}

/** These, in the order of their ids. */
export async function organisationsOf(
  sql: Sql,
  ids: readonly string[],
): Promise<ExportedOrganisation[]> {
  const { rows } = await sql.query<PublicRow>(
    `select id, terms, source, changed_at from named_publisher where id = any($1::uuid[])
     order by id`,
    [ids],
  );
  return rows.map(organisationOf);
}

/** All that fit, so many at a time. */
export async function* allOrganisations(
  sql: Sql,
  filter: OrganisationFilter,
  atOnce: number,
): AsyncGenerator<readonly ExportedOrganisation[]> {
  const ids = await publicOrganisationIds(sql, filter);
  for (let from = 0; from < ids.length; from += atOnce) {
    yield await organisationsOf(sql, ids.slice(from, from + atOnce));
  }
}

export async function countOrganisations(sql: Sql, filter: OrganisationFilter): Promise<number> {
  const { conditions, bound } = organisationConditions(filter);
  const { rows } = await sql.query<{ count: bigint }>(
    `select count(*) from public_organisation named where ${conditions}`,
    bound.values,
  );
  return Number(rows[0]?.count ?? 0n);
}

export async function findPublicOrganisation(
  sql: Sql,
  id: string,
): Promise<ExportedOrganisation | undefined> {
  const { rows } = await sql.query<PublicRow>(
    'select id, terms, source, changed_at from public_organisation where id = $1',
    [id],
  );
  return rows.map(organisationOf)[0];
}

/** The sites of these organisations at which something public takes place. */
export async function publicSitesOf(
  sql: Sql,
  organisations: readonly Pick<ExportedOrganisation, 'id'>[],
): Promise<Map<string, ExportedSite[]>> {
  const { rows } = await sql.query<SiteRow>(
    `select site.* from listed_site site where organisation = any($1::uuid[])
       and exists (select from offer_for_all offer where offer.organisation = site.organisation
         and offer.terms->'sites' ? site.id::text)
     order by organisation, name collate "C", id`,
    [organisations.map(({ id }) => id)],
  );
  return Map.groupBy(rows.map(siteOf), ({ organisation }) => organisation);
}

const organisationOf = (row: PublicRow): ExportedOrganisation => {
  const { id, terms, source, changed_at: changedAt } = row;
  return { id, terms, source, changedAt };
};
