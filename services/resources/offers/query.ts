import type { Freshness } from '@relais/contracts/freshness';
import type { OfferKind, OfferState, Public } from '@relais/contracts/offer-codes';
import type { Sql } from '@relais/postgres/database';
import type { PoolRow } from '../places/project.ts';
import type { SiteHours } from './hours.ts';
import type { OfferRow } from './project.ts';

/** An offer with the hours of its sites and, when they are counted and its pool has been opened, its places. */
export type OfferFound = OfferRow &
  Partial<Pick<PoolRow, 'capacity' | 'reserved' | 'unavailable'>> & {
    readonly site_hours: readonly SiteHours[];
  };

export type OfferFilter = {
  readonly kind?: OfferKind | undefined;
  readonly theme?: string | undefined;
  readonly commune?: string | undefined;
  readonly public?: Public | undefined;
  readonly language?: string | undefined;
  readonly association?: string | undefined;
  readonly organisation?: string | undefined;
  readonly site?: string | undefined;
  readonly freshness?: Freshness | undefined;
  readonly state?: OfferState | undefined;
};

/** The condition that the organisation an offer names, if any, is not retired; `offer` is the row's alias. */
export const isOfListed = (offer: string): string =>
  `not exists (select from organisation gone
    where gone.id = ${offer}.organisation and gone.state = 'retired')`;

/** Who keeps the offer, or a place of it, or sent somebody who waits for one. */
const concerns = (viewers: string): string =>
  `(offer.association = any(${viewers})
    or exists (select from reservation held
      where held.offer = offer.id and held.ended_at is null and held.association = any(${viewers}))
    or exists (select from waiting_list list, jsonb_array_elements(list.entries) as entry
      where list.offer = offer.id and (entry->>'sender')::uuid = any(${viewers})))`;

/**
 * The condition on rows of `offer`; the parameter of this number holds `viewersOf` (offer-visibility.ts). What a
 * retired organisation offers is there for whom it concerns alone, and where the condition `orTo` holds.
 */
export const isVisibleRow = (parameter: number, orTo = 'false'): string => {
  const viewers = `$${parameter}::uuid[]`;
  return `((offer.visible_to is null or offer.visible_to && ${viewers})
    and (${isOfListed('offer')} or ${concerns(viewers)} or ${orTo}))`;
};

/** What `OfferFound` is read from. */
export const offersFound = `(
  select offer.*, place_pool.capacity, place_pool.reserved, place_pool.unavailable, array(
    select json_build_object('id', site.id, 'terms', json_build_object('hours', site.terms->'hours'))
    from jsonb_array_elements_text(offer.terms->'sites') with ordinality as named (id, n)
    join site on site.id = named.id::uuid and site.state = 'listed'
    where offer.terms->>'hours' is null order by named.n
  ) as site_hours
  from offer left join place_pool on place_pool.offer = offer.id
) offer`;

/**
 * Offers that these viewers may know, by title, after this title and id; those withdrawn, or of a retired
 * organisation, only when asked for by state. One without communes is for everywhere, one without publics for
 * everybody.
 */
export async function listOffers(
  sql: Sql,
  viewers: readonly string[],
  filter: OfferFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<OfferFound[]> {
  const { kind, theme, commune, language, association, organisation, site, freshness, state } =
    filter;
  const { rows } = await sql.query<OfferFound>(
    `select * from ${offersFound}
     where ${isVisibleRow(1)}
       and ($2::text is null or (title collate "C", id) > ($2::text collate "C", $3::uuid))
       and ($4::text is null or offer.kind = $4)
       and ($5::text is null or terms->'themes' ? $5)
       and ($6::text is null or terms->'communes' ? $6 or terms->'communes' = '[]')
       and ($7::text is null or terms->'publics' ?| array[$7, 'tous-publics'] or terms->'publics' = '[]')
       and ($8::text is null or terms->'languages' ? $8)
       and ($9::uuid is null or association = $9)
       and ($10::uuid is null or organisation = $10)
       and ($11::text is null or terms->'sites' ? $11)
       and ($12::text is null or freshness = $12)
       and (offer.state = $13 or ($13::text is null and offer.state <> 'withdrawn' and ${isOfListed('offer')}))
     order by title collate "C", id
     limit $14`,
    [
      ...[viewers, after?.[0] ?? null, after?.[1] ?? null, kind ?? null, theme ?? null],
      ...[commune ?? null, filter.public ?? null, language ?? null, association ?? null],
      ...[organisation ?? null, site ?? null, freshness ?? null, state ?? null, limit],
    ],
    'resources-offers',
  );
  return rows;
}

/** By id; undefined for one that is not known, or is not for these viewers. */
export async function findOffer(
  sql: Sql,
  id: string,
  viewers: readonly string[],
  isConcerned: boolean,
): Promise<OfferFound | undefined> {
  const { rows } = await sql.query<OfferFound>(
    `select * from ${offersFound}
     where offer.id = $1 and ${isVisibleRow(2, '$3::boolean')}`,
    [id, viewers, isConcerned],
    'resources-offer',
  );
  return rows[0];
}

/** By id, where it is for everybody and can still be had. */
export async function findPublicOffer(sql: Sql, id: string): Promise<OfferFound | undefined> {
  const { rows } = await sql.query<OfferFound>(
    `select * from ${offersFound}
     where offer.id = $1 and terms->'visibility'->>'to' = 'public' and offer.state <> 'withdrawn'
       and ${isOfListed('offer')}`,
    [id],
    'resources-public-offer',
  );
  return rows[0];
}
