import type { Occupancy } from '@relais/contracts/place-views';
import type { Sql } from '@relais/postgres/database';
import { isVisibleRow } from '../offers/query.ts';
import type { PoolRow, ReservationRow, UnavailabilityRow, UnitRow } from './project.ts';

/** The pool of a counted offer for these viewers, with the offering association; undefined where there is none. */
export async function findPool(
  sql: Sql,
  offer: string,
  viewers: readonly string[],
  isConcerned: boolean,
): Promise<(PoolRow & { association: string }) | undefined> {
  const { rows } = await sql.query<PoolRow & { association: string }>(
    `select place_pool.*, offer.association from place_pool join offer on offer.id = place_pool.offer
     where offer.id = $1 and ${isVisibleRow(2, '$3::boolean')}`,
    [offer, viewers, isConcerned],
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
    `select * from reservation where offer = $1 and ended_at is null
     order by reserved_at, id limit $2`,
    [offer, limit],
    'resources-reservations',
  );
  return rows;
}

/** Named places of an offer; a pool bounds how many. */
export async function listUnits(sql: Sql, offer: string): Promise<UnitRow[]> {
  const { rows } = await sql.query<UnitRow>(
    'select * from place_unit where offer = $1 order by label, id',
    [offer],
    'resources-units',
  );
  return rows;
}

/** What cannot be given now, or will not be; a pool bounds how many. */
export async function listUnavailabilities(sql: Sql, offer: string): Promise<UnavailabilityRow[]> {
  const { rows } = await sql.query<UnavailabilityRow>(
    'select * from unavailability where offer = $1 and ended_at is null order by starts_at, id',
    [offer],
    'resources-unavailabilities',
  );
  return rows;
}

export type OccupancyAsked = {
  /** Days in France, both included. */
  readonly from: string;
  readonly to: string;
  readonly step: 'day' | 'month';
  readonly now: string;
};

/**
 * At the end of each day, or as it is now for today; months are the means of their days. Days without a pool are left
 * out. Who lived there counts from the day of arrival to the one before the departure, whenever these were told.
 */
export async function listOccupancy(
  sql: Sql,
  offer: string,
  { from, to, step, now }: OccupancyAsked,
): Promise<Occupancy[]> {
  const { rows } = await sql.query<Occupancy>(
    `with day as (
       select d::date as day,
         least((d + interval '1 day')::timestamp at time zone 'Europe/Paris', $5::timestamptz) as at
       from generate_series($2::date::timestamp, $3::date::timestamp, '1 day') as d
       where d::timestamp at time zone 'Europe/Paris' <= $5::timestamptz
     ), lived as (
       select held.reserved_at, held.ended_at, held.occupied_on,
         coalesce(stay.ended_on, (held.ended_at at time zone 'Europe/Paris')::date) as left_on
       from reservation held left join stay on stay.reservation = held.id where held.offer = $1
     ), counted as (
       select day.day,
         (select capacity from pool_capacity as pool
          where pool.offer = $1 and pool.since <= day.at order by revision desc limit 1) as capacity,
         (select coalesce(sum(places), 0)::int from unavailability as gap where gap.offer = $1
          and gap.began_at <= day.at and (gap.ended_at is null or gap.ended_at > day.at)
         ) as unavailable,
         (count(held.reserved_at) filter (where held.is_lived or held.is_kept))::int as reserved,
         (count(held.reserved_at) filter (where held.is_lived))::int as occupied
       from day left join lateral (
         select reserved_at, reserved_at <= day.at and (ended_at is null or ended_at > day.at) as is_kept,
           occupied_on <= day.day and (left_on is null or left_on > day.day) as is_lived
         from lived
       ) as held on true
       group by day.day, day.at
     ), period as (
       select min(day) as first, avg(capacity) as capacity, avg(unavailable) as unavailable,
         avg(reserved) as reserved, avg(occupied) as occupied
       from counted where capacity is not null group by date_trunc($4, day::timestamp)
     )
     select to_char(first, 'YYYY-MM-DD') as "from", round(capacity, 2)::float8 as capacity,
       round(unavailable, 2)::float8 as unavailable, round(reserved, 2)::float8 as reserved,
       round(occupied, 2)::float8 as occupied,
       case when capacity > unavailable
         then round(occupied / (capacity - unavailable), 4)::float8 end as rate
     from period order by first`,
    [offer, from, to, step, now],
    'resources-occupancy',
  );
  return rows;
}
