import type { CapacityStatus } from '@relais/contracts/offer-views';
import type { Sql } from '@relais/postgres/database';
import { isVisibleRow } from './offers/query.ts';
import type { PoolRow, ReservationRow } from './places/project.ts';

/** The pool of a counted offer for these viewers, with the offering association; undefined where there is none. */
export async function findPool(
  sql: Sql,
  offer: string,
  viewers: readonly string[],
): Promise<(PoolRow & { association: string }) | undefined> {
  const { rows } = await sql.query<PoolRow & { association: string }>(
    `select place_pool.*, offer.association from place_pool join offer on offer.id = place_pool.offer
     where offer.id = $1 and ${isVisibleRow(2)}`,
    [offer, viewers],
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

/** HSDS's word for it; null when places are not counted and nobody looks at requests first. */
export function capacityStatusOf(
  available: number | undefined,
  { hasWaitingList, assessesFirst }: { hasWaitingList: boolean; assessesFirst: boolean },
): CapacityStatus | null {
  if (available === undefined) return assessesFirst ? 'additional-assessment-required' : null;
  if (available > 0) return assessesFirst ? 'additional-assessment-required' : 'capacity';
  return hasWaitingList ? 'waitlist' : 'no-capacity';
}
