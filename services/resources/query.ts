import type { OfferKind, OfferState, Public } from '@relais/contracts/offer-codes';
import type { CapacityStatus } from '@relais/contracts/resource-views';
import type { Sql } from '@relais/postgres/database';
import type { z } from 'zod';
import type { OfferRow } from './offers/project.ts';
import type { PoolRow, ReservationRow } from './places/project.ts';

/** An offer with its places, when they are counted and its pool has been opened. */
export type OfferWithPlaces = OfferRow & Partial<Pick<PoolRow, 'capacity' | 'reserved'>>;

export type OfferFilter = {
  readonly kind?: OfferKind | undefined;
  readonly theme?: string | undefined;
  readonly commune?: string | undefined;
  readonly public?: Public | undefined;
  readonly language?: string | undefined;
  readonly association?: string | undefined;
  readonly state?: OfferState | undefined;
};

const columns = `offer.id, offer.association, offer.kind, offer.state, offer.title, offer.revision,
  offer.terms, offer.published_at, offer.changed_at, place_pool.capacity, place_pool.reserved`;

/**
 * Offers by title, after this title and id; those withdrawn only when asked for. One without communes is for
 * everywhere, one without publics for everybody.
 */
export async function listOffers(
  sql: Sql,
  filter: OfferFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<OfferWithPlaces[]> {
  const { kind, theme, commune, language, association, state } = filter;
  const { rows } = await sql.query<OfferWithPlaces>(
    `select ${columns} from offer left join place_pool on place_pool.offer = offer.id
     where ($1::text is null or (title collate "C", id) > ($1::text collate "C", $2::uuid))
       and ($3::text is null or offer.kind = $3)
       and ($4::text is null or terms->'themes' ? $4)
       and ($5::text is null or terms->'communes' ? $5 or terms->'communes' = '[]')
       and ($6::text is null or terms->'publics' ?| array[$6, 'tous-publics'] or terms->'publics' = '[]')
       and ($7::text is null or terms->'languages' ? $7)
       and ($8::uuid is null or association = $8)
       and (offer.state = $9 or ($9::text is null and offer.state <> 'withdrawn'))
     order by title collate "C", id
     limit $10`,
    [
      after?.[0] ?? null,
      after?.[1] ?? null,
      kind ?? null,
      theme ?? null,
      commune ?? null,
      filter.public ?? null,
      language ?? null,
      association ?? null,
      state ?? null,
      limit,
    ],
    'resources-offers',
  );
  return rows;
}

/** By id; undefined for one that is not known. */
export async function findOffer(sql: Sql, id: string): Promise<OfferWithPlaces | undefined> {
  const { rows } = await sql.query<OfferWithPlaces>(
    `select ${columns} from offer left join place_pool on place_pool.offer = offer.id
     where offer.id = $1`,
    [id],
    'resources-offer',
  );
  return rows[0];
}

/** The pool of a counted offer, with the offering association; undefined where there is none. */
export async function findPool(
  sql: Sql,
  offer: string,
): Promise<(PoolRow & { association: string }) | undefined> {
  const { rows } = await sql.query<PoolRow & { association: string }>(
    `select place_pool.*, offer.association from place_pool join offer on offer.id = place_pool.offer
     where offer.id = $1`,
    [offer],
    'resources-pool',
  );
  return rows[0];
}

/** Who holds the places of an offer, first come first: never more than a pool may have. */
export async function listReservations(
  sql: Sql,
  offer: string,
  limit: number,
): Promise<ReservationRow[]> {
  const { rows } = await sql.query<ReservationRow>(
    `select id, offer, referral, reserved_at from reservation where offer = $1
     order by reserved_at, id limit $2`,
    [offer, limit],
    'resources-reservations',
  );
  return rows;
}

/** Places that can be had: none of a pool made smaller than what is held. */
export const availableOf = (pool: Pick<PoolRow, 'capacity' | 'reserved'>): number =>
  Math.max(0, pool.capacity - pool.reserved);

/** HSDS's word for it; null when places are not counted. */
export function capacityStatusOf(
  available: number | undefined,
  hasWaitingList: boolean,
): z.infer<typeof CapacityStatus> | null {
  if (available === undefined) return null;
  if (available > 0) return 'capacity';
  return hasWaitingList ? 'waitlist' : 'no-capacity';
}
