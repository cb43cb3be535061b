/** Public offers as they leave the platform. */
import type { Source } from '@relais/contracts/directory';
import type { OrganisationTerms } from '@relais/contracts/directory-events';
import type { Sql } from '@relais/postgres/database';
import type { OfferRow } from '../../offers/project.ts';
import type { SiteRow } from '../../sites/project.ts';
import type { ExportedOffer, ExportedOrganisation, ExportedSite, Whole } from '../exported.ts';
import {
  type Conditions,
  type Near,
  nearness,
  type OfferFilter,
  offerConditions,
} from './filter.ts';

/** Rows after `after`, in the order of their ids, of those `offset` skipped. */
export type Slice<After = string> = {
  readonly limit: number;
  readonly offset?: number | undefined;
  readonly after?: After | undefined;
};
type PublicRow = OfferRow & {
  readonly publisher: string;
  readonly publisher_terms: OrganisationTerms;
  readonly publisher_source: Source | null;
  readonly publisher_changed_at: string;
};
/** What is needed to name it. */
export type Brief = Pick<PublicRow, 'id' | 'title' | 'state' | 'changed_at' | 'publisher'>;

/** All that is for everybody and fits. */
export const publicOffers = async (sql: Sql, filter: OfferFilter, slice: Slice): Promise<Whole[]> =>
  whole(sql, await selected<PublicRow>(sql, 'offer.*', filter, slice));

/** … no more of each than names it. */
export const briefOffers = (sql: Sql, filter: OfferFilter, slice: Slice): Promise<Brief[]> => {
  const columns = ['id', 'title', 'state', 'changed_at', 'publisher'];
  return selected<Brief>(sql, columns.map((name) => `offer.${name}`).join(), filter, slice);
};

export async function countOffers(sql: Sql, filter: OfferFilter): Promise<number> {
  const { conditions, bound } = await conditionsOf(sql, filter);
  const { rows } = await sql.query<{ count: bigint }>(
    `select count(*) from ${viewOf(filter)} offer where ${conditions}`,
    bound.values,
  );
  return Number(rows[0]?.count ?? 0n);
}

async function conditionsOf(sql: Sql, filter: OfferFilter): Promise<Conditions> {
  const { organisations } = filter;
  if (organisations === undefined) return offerConditions(filter, []);
  const { rows } = await sql.query<{ member: string }>(
    'select member from organisation where id = any($1::uuid[]) and member is not null',
    [organisations],
  );
  return offerConditions(filter, [...organisations, ...rows.map(({ member }) => member)]);
}

/** Whose an offer is costs the more to find out, the more offers there are. */
const viewOf = ({ organisations }: OfferFilter): string =>
  organisations === undefined ? 'offer_for_all' : 'public_offer';

async function selected<Row extends Record<string, unknown>>(
  sql: Sql,
  columns: string,
  filter: OfferFilter,
  { limit, offset = 0, after }: Slice,
): Promise<Row[]> {
  const { conditions, bound } = await conditionsOf(sql, filter);
  const begins = after === undefined ? 'true' : `offer.id > ${bound.bind(after, 'uuid')}`;
  const { rows } = await sql.query<Row>(
    `select ${columns} from public_offer offer where ${conditions} and ${begins}
     order by offer.id limit ${bound.bind(limit, 'int')} offset ${bound.bind(offset, 'int')}`,
    bound.values,
  );
  return rows;
}

/**
 * Ids of what mirrors an entry of a source that another one mirrors too, in the order of their ids: two associations
 * brought the same directory.
 */
export async function mirroredAgain(sql: Sql): Promise<ReadonlySet<string>> {
  const { rows } = await sql.query<{ id: string }>(
    `select id from (
       select id, row_number() over (partition by source->>'name', source->>'id' order by id) as nth
       from organisation where source is not null and state = 'listed'
         and exists (select from offer_for_all offer where offer.organisation = organisation.id)
       union all
       select id, row_number() over (partition by source->>'name', source->>'id' order by id)
       from offer_for_all where source is not null
     ) mirror where nth > 1`,
  );
  return new Set(rows.map(({ id }) => id));
}

export async function findPublicOffer(sql: Sql, id: string): Promise<Whole | undefined> {
  const { rows } = await sql.query<PublicRow>('select * from public_offer where id = $1', [id]);
  return (await whole(sql, rows))[0];
}

type PairFilter = OfferFilter & { readonly near?: Near | undefined };
type Pair = readonly [offer: string, site: string];

/** Public offers, each at one listed site. */
export async function publicPairs(
  sql: Sql,
  filter: PairFilter,
  { limit, offset = 0, after }: Slice<Pair>,
): Promise<{ readonly rows: readonly Whole[]; readonly total: number }> {
  const { conditions, bound } = await conditionsOf(sql, filter);
  const near = filter.near === undefined ? 'true' : nearness(filter.near, bound);
  const begins =
    after === undefined
      ? 'true'
      : `(offer.id, site.id) > (${bound.bind(after[0], 'uuid')}, ${bound.bind(after[1], 'uuid')})`;
  const pairs = `select offer.id as offer, site.id as site
    from ${viewOf(filter)} offer, jsonb_array_elements_text(offer.terms->'sites') as named,
      listed_site site
    where ${conditions} and site.id = named::uuid and ${near}`;
  const { rows: counted } =
    after === undefined
      ? await sql.query<{ count: bigint }>(`select count(*) from (${pairs}) as pair`, bound.values)
      : { rows: [] };
  const { rows } = await sql.query<{ offer: string; site: string }>(
    `${pairs} and ${begins} order by offer.id, site.id
     limit ${bound.bind(limit, 'int')} offset ${bound.bind(offset, 'int')}`,
    bound.values,
  );
  const { rows: offers } = await sql.query<PublicRow>(
    'select * from public_offer where id = any($1::uuid[])',
    [[...new Set(rows.map((row) => row.offer))]],
  );
  const byId = new Map((await whole(sql, offers)).map((one) => [one.offer.id, one]));
  const found = rows.flatMap((row) => {
    const one = byId.get(row.offer);
    return one === undefined ? [] : [{ ...one, sites: one.sites.filter(isNamed(row.site)) }];
  });
  return { rows: found, total: Number(counted[0]?.count ?? 0n) };
}

const isNamed =
  (site: string) =>
  ({ id }: ExportedSite): boolean =>
    id === site;

/** The offer that takes place there under this identifier of HSDS. */
export async function findAtLocation(sql: Sql, id: string): Promise<Whole | undefined> {
  const { rows } = await sql.query<PublicRow>(
    `select offer.* from exported_offer there join public_offer offer on offer.id = there.offer
     where there.at_locations @> array[$1::uuid]`,
    [id],
  );
  return (await whole(sql, rows))[0];
}

async function whole(sql: Sql, offers: readonly PublicRow[]): Promise<Whole[]> {
  if (offers.length === 0) return [];
  const { rows } = await sql.query<SiteRow>(
    'select * from listed_site where id = any($1::uuid[])',
    [[...new Set(offers.flatMap(({ terms }) => terms.sites))]],
  );
  const sites = new Map(rows.map((row) => [row.id, siteOf(row)]));
  return offers.map((row) => ({
    offer: offerOf(row),
    organisation: publisherOf(row),
    sites: row.terms.sites.flatMap((id) => sites.get(id) ?? []),
  }));
}

function offerOf(row: PublicRow): ExportedOffer {
  const { id, source, changed_at: changedAt, confirmed_at: confirmedAt } = row;
  const state = row.state === 'suspended' ? 'suspended' : 'open';
  const { themes, publics, languages } = row.terms;
  // An offer may say the same twice, a document of the formats may not.
  const once = { themes: unique(themes), publics: unique(publics), languages: unique(languages) };
  return { id, terms: { ...row.terms, ...once }, source, changedAt, confirmedAt, state };
}

const unique = <Item>(items: readonly Item[]): Item[] => [...new Set(items)];

const publisherOf = (row: PublicRow): ExportedOrganisation => ({
  id: row.publisher,
  terms: row.publisher_terms,
  source: row.publisher_source,
  changedAt: row.publisher_changed_at,
});

export const siteOf = (row: SiteRow): ExportedSite => {
  const { id, terms, source, changed_at: changedAt, organisation } = row;
  return { id, terms, source, changedAt, organisation };
};
