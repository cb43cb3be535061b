/** What is public: offers that are for everybody, and whom and where they are of. Nothing else leaves the platform. */
import type { Sql } from '@relais/postgres/database';
import type { OfferRow } from '../../offers/project.ts';
import type { OrganisationRow } from '../../organisations/project.ts';
import type { SiteRow } from '../../sites/project.ts';
import type { ExportedOffer, ExportedOrganisation, ExportedSite, Whole } from '../exported.ts';

/** The condition on rows of `offer`. */
const isPublic = `offer.terms @> '{"visibility": {"to": "public"}}' and offer.state <> 'withdrawn'`;
const hasPublicOffers = `organisation.state = 'listed' and exists (
  select from offer where offer.organisation = organisation.id and ${isPublic})`;

export type PublicFilter = {
  readonly search?: string | undefined;
  readonly organisation?: string | undefined;
  /** A code of one of the lists that describe offers. */
  readonly code?: string | undefined;
  readonly changedSince?: string | undefined;
};
export type Slice = { readonly limit: number; readonly offset: number };
export type Counted<Row> = { readonly rows: readonly Row[]; readonly total: number };

const filtered = `${isPublic}
  and ($1::text is null or offer.title ilike '%' || replace(replace(replace($1, '\\', '\\\\'), '%', '\\%'), '_', '\\_') || '%')
  and ($2::uuid is null or offer.organisation = $2)
  and ($3::text is null or offer.terms->'themes' ? $3 or offer.terms->'publics' ? $3
       or offer.terms->'receptionModes' ? $3 or offer.terms->>'serviceType' = $3)
  and ($4::timestamptz is null or offer.changed_at >= $4)`;
const valuesOf = ({ search, organisation, code, changedSince }: PublicFilter) => [
  ...[search ?? null, organisation ?? null, code ?? null, changedSince ?? null],
];

export async function publicOffers(
  sql: Sql,
  filter: PublicFilter,
  { limit, offset }: Slice,
): Promise<Counted<Whole>> {
  const values = valuesOf(filter);
  const { rows: counted } = await sql.query<{ count: bigint }>(
    `select count(*) from offer where ${filtered}`,
    values,
  );
  const { rows } = await sql.query<OfferRow>(
    `select offer.* from offer where ${filtered} order by offer.id limit $5 offset $6`,
    [...values, limit, offset],
  );
  return { rows: await whole(sql, rows), total: Number(counted[0]?.count ?? 0n) };
}

/** Offers after this id, for exports that go through all of them. */
export async function publicOffersAfter(
  sql: Sql,
  after: string | undefined,
  limit: number,
): Promise<Whole[]> {
  const { rows } = await sql.query<OfferRow>(
    `select offer.* from offer where ${isPublic} and ($1::uuid is null or offer.id > $1)
     order by offer.id limit $2`,
    [after ?? null, limit],
  );
  return whole(sql, rows);
}

export async function findPublicOffer(sql: Sql, id: string): Promise<Whole | undefined> {
  const { rows } = await sql.query<OfferRow>(
    `select offer.* from offer where ${isPublic} and offer.id = $1`,
    [id],
  );
  return (await whole(sql, rows))[0];
}

export async function publicOrganisations(
  sql: Sql,
  search: string | undefined,
  { limit, offset }: Slice,
): Promise<Counted<ExportedOrganisation>> {
  const { rows } = await sql.query<OrganisationRow & { total: bigint }>(
    `select organisation.*, count(*) over () as total from organisation
     where ${hasPublicOffers} and ($1::text is null or position(lower($1) in lower(name)) > 0)
     order by id limit $2 offset $3`,
    [search ?? null, limit, offset],
  );
  const total = Number(rows[0]?.total ?? 0n);
  return { rows: rows.map(organisationOf), total };
}

/** Organisations after this id, for exports that go through all of them. */
export async function publicOrganisationsAfter(
  sql: Sql,
  after: string | undefined,
  limit: number,
): Promise<ExportedOrganisation[]> {
  const { rows } = await sql.query<OrganisationRow>(
    `select organisation.* from organisation
     where ${hasPublicOffers} and ($1::uuid is null or id > $1) order by id limit $2`,
    [after ?? null, limit],
  );
  return rows.map(organisationOf);
}

export async function findPublicOrganisation(
  sql: Sql,
  id: string,
): Promise<ExportedOrganisation | undefined> {
  const { rows } = await sql.query<OrganisationRow>(
    `select * from organisation where ${hasPublicOffers} and id = $1`,
    [id],
  );
  return rows.map(organisationOf)[0];
}

/** The sites of these organisations at which something public takes place. */
export async function publicSitesOf(
  sql: Sql,
  organisations: readonly string[],
): Promise<Map<string, ExportedSite[]>> {
  const { rows } = await sql.query<SiteRow>(
    `select site.* from site where organisation = any($1::uuid[]) and state = 'listed'
       and exists (select from offer where offer.organisation = site.organisation
         and offer.terms->'sites' ? site.id::text and ${isPublic})
     order by organisation, name collate "C", id limit 10000`,
    [organisations],
  );
  return Map.groupBy(rows.map(siteOf), ({ organisation }) => organisation);
}

/** Public offers with one listed site each. */
export async function publicPairs(
  sql: Sql,
  organisation: string | undefined,
  { limit, offset }: Slice,
): Promise<Counted<Whole>> {
  const { rows } = await sql.query<{ offer: string; site: string; total: bigint }>(
    `select offer.id as offer, site.id as site, count(*) over () as total
     from offer, jsonb_array_elements_text(offer.terms->'sites') as named, site
     where ${isPublic} and site.id = named::uuid and site.state = 'listed'
       and ($1::uuid is null or offer.organisation = $1)
     order by offer.id, site.id limit $2 offset $3`,
    [organisation ?? null, limit, offset],
  );
  const { rows: offers } = await sql.query<OfferRow>(
    'select * from offer where id = any($1::uuid[])',
    [rows.map((row) => row.offer)],
  );
  const byId = new Map((await whole(sql, offers)).map((one) => [one.offer.id, one]));
  const pairs = rows.flatMap((row) => {
    const found = byId.get(row.offer);
    return found === undefined
      ? []
      : [{ ...found, sites: found.sites.filter(({ id }) => id === row.site) }];
  });
  return { rows: pairs, total: Number(rows[0]?.total ?? 0n) };
}

async function whole(sql: Sql, offers: readonly OfferRow[]): Promise<Whole[]> {
  if (offers.length === 0) return [];
  const organisationIds = offers.flatMap(({ organisation }) => organisation ?? []);
  const siteIds = offers.flatMap(({ terms }) => terms.sites);
  const [{ rows: organisations }, { rows: sites }] = await Promise.all([
    sql.query<OrganisationRow>(
      `select * from organisation where id = any($1::uuid[]) and state = 'listed'`,
      [organisationIds],
    ),
    sql.query<SiteRow>(`select * from site where id = any($1::uuid[]) and state = 'listed'`, [
      siteIds,
    ]),
  ]);
  const organisationBy = new Map(organisations.map((row) => [row.id, organisationOf(row)]));
  const siteBy = new Map(sites.map((row) => [row.id, siteOf(row)]));
  return offers.map((row) => ({
    offer: offerOf(row),
    organisation: organisationBy.get(row.organisation ?? ''),
    sites: row.terms.sites.flatMap((id) => siteBy.get(id) ?? []),
  }));
}

const day = (moment: string): string => moment.slice(0, 10);
const offerOf = ({
  id,
  terms,
  source,
  changed_at,
  organisation,
  state,
}: OfferRow): ExportedOffer => ({
  ...{ id, terms, source, organisation, sites: terms.sites, changedOn: day(changed_at) },
  state: state === 'suspended' ? 'suspended' : 'open',
});
const organisationOf = ({
  id,
  terms,
  source,
  changed_at,
}: OrganisationRow): ExportedOrganisation => ({
  ...{ id, terms, source, changedOn: day(changed_at) },
});
const siteOf = ({ id, terms, source, changed_at, organisation }: SiteRow) => ({
  ...{ id, terms, source, organisation, changedOn: day(changed_at) },
});
