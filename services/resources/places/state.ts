import type { ReservationId, UnitId } from '@relais/contracts/ids';
import type { HeldPlace, PlacePoolEvent, Unavailability, Unit } from '@relais/contracts/places';

export type Pool = {
  readonly pool: 'unknown' | 'open' | 'closed';
  readonly capacity: number;
  /** Of the stays that places are reserved for from now on; null where nobody stays (a counted service, a night). */
  readonly policy: string | null;
  readonly held: readonly HeldPlace[];
  /** Places that have a name: as many as there are places, or fewer. */
  readonly units: readonly Unit[];
  readonly unavailabilities: readonly Unavailability[];
  /** Reservations that were refused, released or given back, oldest first; the latest `settledMax`. */
  readonly settled: readonly ReservationId[];
  /** Events that a command has to fold: those since the last balance. */
  readonly unbalanced: number;
};

export const initial: Pool = {
  pool: 'unknown',
  capacity: 0,
  policy: null,
  held: [],
  units: [],
  unavailabilities: [],
  settled: [],
  unbalanced: 0,
};

/**
 * A request that is delivered again finds its reservation held or among the settled ones and changes nothing. What
 * settled so long ago that it is not there is recognised by the log, because its event ids derive from the request.
 */
export const settledMax = 200;

/** Places that cannot be given now, whoever may hold the others. */
export const unavailableOf = ({ unavailabilities }: Pick<Pool, 'unavailabilities'>): number =>
  unavailabilities.reduce((sum, { began, places }) => (began ? sum + places : sum), 0);

/** Places that can be given: none of a pool that was made smaller than what is held. */
export const freeOf = (pool: Pool): number =>
  pool.pool === 'open' ? Math.max(0, pool.capacity - pool.held.length - unavailableOf(pool)) : 0;

export const heldBy = (pool: Pool, reservation: ReservationId): HeldPlace | undefined =>
  pool.held.find((place) => place.reservation === reservation);

export const holderOf = (pool: Pool, unit: UnitId): HeldPlace | undefined =>
  pool.held.find((place) => place.unit === unit);

/** A named place for whoever comes: those that suit everybody first, so that the others stay free for whom they are for. */
export function vacantUnit(pool: Pool): Unit | undefined {
  const vacant = pool.units.filter(({ unit }) => isVacant(pool, unit));
  return vacant.find(({ accessible, publics }) => !accessible && publics.length === 0) ?? vacant[0];
}

export const isVacant = (pool: Pool, unit: UnitId): boolean =>
  holderOf(pool, unit) === undefined &&
  !pool.unavailabilities.some((one) => one.began && one.unit === unit);

export function evolve(pool: Pool, event: PlacePoolEvent): Pool {
  const next = { ...pool, unbalanced: pool.unbalanced + 1 };
  switch (event.type) {
    case 'place-pool-opened.v1':
      return { ...next, pool: 'open', capacity: event.data.capacity };
    case 'place-pool-resized.v1':
      return { ...next, capacity: event.data.capacity };
    case 'place-pool-closed.v1':
      return { ...next, pool: 'closed' };
    case 'stay-policy-set.v1':
      return { ...next, policy: event.data.policy };
    case 'place-pool-balanced.v2': {
      const { offer: _, ...balance } = event.data;
      return { ...balance, unbalanced: 0 };
    }
    case 'place-unit-added.v1':
    case 'place-unit-removed.v1':
    case 'places-unavailability-planned.v1':
    case 'places-unavailability-began.v1':
    case 'places-unavailability-ended.v1':
      return rearranged(next, event);
    default:
      return given(next, event);
  }
}

type Event<Type extends PlacePoolEvent['type']> = Extract<PlacePoolEvent, { type: Type }>;

function rearranged(
  pool: Pool,
  event: Event<
    | 'place-unit-added.v1'
    | 'place-unit-removed.v1'
    | 'places-unavailability-planned.v1'
    | 'places-unavailability-began.v1'
    | 'places-unavailability-ended.v1'
  >,
): Pool {
  const { offer: _, ...data } = event.data;
  switch (event.type) {
    case 'place-unit-added.v1':
      return { ...pool, units: [...pool.units, data as Unit] };
    case 'place-unit-removed.v1':
      return { ...pool, units: pool.units.filter(({ unit }) => unit !== event.data.unit) };
    case 'places-unavailability-planned.v1': {
      const planned = { ...(data as Omit<Unavailability, 'began'>), began: false };
      return { ...pool, unavailabilities: [...pool.unavailabilities, planned] };
    }
    case 'places-unavailability-began.v1': {
      const { unavailability } = event.data;
      const unavailabilities = pool.unavailabilities.map((one) =>
        one.unavailability === unavailability ? { ...one, began: true } : one,
      );
      return { ...pool, unavailabilities };
    }
    case 'places-unavailability-ended.v1': {
      const { unavailability } = event.data;
      const others = pool.unavailabilities.filter((one) => one.unavailability !== unavailability);
      return { ...pool, unavailabilities: others };
    }
  }
}

function given(
  pool: Pool,
  event: Event<
    | 'place-reserved.v1'
    | 'place-refused.v1'
    | 'place-released.v1'
    | 'place-held.v1'
    | 'place-confirmed.v1'
    | 'place-given-back.v1'
    | 'place-assigned.v1'
    | 'place-occupied.v1'
    | 'place-arrival-corrected.v1'
    | 'place-leaving.v1'
  >,
): Pool {
  const { reservation } = event.data;
  const kept = { unit: null, policy: pool.policy, stage: 'reserved' } as const;
  switch (event.type) {
    case 'place-reserved.v1': {
      const { referral } = event.data;
      const place = { reservation, referral, person: null, association: null, until: null };
      return { ...pool, held: [...pool.held, { ...place, ...kept }] };
    }
    case 'place-held.v1': {
      const { offer: _, ...place } = event.data;
      return { ...pool, held: [...pool.held, { ...place, ...kept }] };
    }
    case 'place-refused.v1':
      return { ...pool, settled: settledWith(pool, reservation) };
    case 'place-released.v1':
    case 'place-given-back.v1': {
      const held = pool.held.filter((place) => place.reservation !== reservation);
      return { ...pool, held, settled: settledWith(pool, reservation) };
    }
    case 'place-confirmed.v1':
      return changed(pool, reservation, { until: null });
    case 'place-assigned.v1':
      return changed(pool, reservation, { unit: event.data.unit });
    case 'place-occupied.v1':
      return changed(pool, reservation, { stage: 'occupied', until: null });
    case 'place-arrival-corrected.v1':
      return pool;
    case 'place-leaving.v1':
      return changed(pool, reservation, { stage: 'leaving' });
  }
}

function changed(pool: Pool, reservation: ReservationId, change: Partial<HeldPlace>): Pool {
  const held = pool.held.map((place) =>
    place.reservation === reservation ? { ...place, ...change } : place,
  );
  return { ...pool, held };
}

const settledWith = (pool: Pool, reservation: ReservationId): ReservationId[] =>
  [...pool.settled, reservation].slice(-settledMax);
