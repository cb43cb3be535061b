import type { OfferId, ReferralId, ReservationId } from '@relais/contracts/ids';
import type { PlacePoolEvent, PlaceRefusal } from '@relais/contracts/places';
import type { ResourceRefusalCode } from '@relais/contracts/resource-problems';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';

type Held = { readonly referral: ReferralId; readonly reservation: ReservationId };

export type PoolCommand = { readonly offer: OfferId } & (
  | { readonly type: 'open'; readonly capacity: number }
  | { readonly type: 'resize'; readonly capacity: number }
  | { readonly type: 'close' }
  | ({ readonly type: 'reserve' } & Held)
  | ({ readonly type: 'release' } & Held)
);

export type Pool = {
  readonly pool: 'unknown' | 'open' | 'closed';
  readonly capacity: number;
  readonly held: readonly Held[];
  /** Reservations that were refused or released, oldest first; the latest `settledMax`. */
  readonly settled: readonly ReservationId[];
  /** Events that a command has to fold: those since the last balance. */
  readonly unbalanced: number;
};

export type PoolRefusal = { readonly code: ResourceRefusalCode };

/** A balance is due after so many events: a pool lives for years, a command reads no more than this. */
export const balanceEvery = 100;

/**
 * A request that is delivered again finds its reservation held or among the settled ones and changes nothing. What
 * settled so long ago that it is not there is recognised by the log, because its event ids derive from the request.
 */
export const settledMax = 200;

/** Who has which place. The last place is won by whoever's append comes first: the others decide afresh. */
export function decide(command: PoolCommand, pool: Pool): Decision<PlacePoolEvent, PoolRefusal> {
  const decision = settle(command, pool);
  if (!decision.accepted) return decision;
  const after = decision.events.reduce(evolve, pool);
  return after.unbalanced < balanceEvery
    ? decision
    : accept(...decision.events, balance(command.offer, after));
}

type Settled = Decision<PlacePoolEvent, PoolRefusal>;

const settle = (command: PoolCommand, pool: Pool): Settled =>
  command.type === 'reserve' ? reserve(command, pool) : manage(command, pool);

function manage(command: Exclude<PoolCommand, { type: 'reserve' }>, pool: Pool): Settled {
  const { offer } = command;
  if (pool.pool === 'unknown') {
    return command.type === 'open'
      ? accept({ type: 'place-pool-opened.v1', data: { offer, capacity: command.capacity } })
      : refuse({ code: 'places-not-counted' });
  }
  switch (command.type) {
    case 'open':
      return accept();
    case 'resize':
      if (pool.pool === 'closed') return refuse({ code: 'wrong-state' });
      return pool.capacity === command.capacity
        ? accept()
        : accept({ type: 'place-pool-resized.v1', data: { offer, capacity: command.capacity } });
    case 'close':
      return pool.pool === 'open'
        ? accept({ type: 'place-pool-closed.v1', data: { offer } })
        : accept();
    case 'release': {
      const place = pool.held.find(({ reservation }) => reservation === command.reservation);
      return place === undefined
        ? accept()
        : accept({ type: 'place-released.v1', data: { offer, ...place } });
    }
  }
}

function reserve(
  { offer, referral, reservation }: Extract<PoolCommand, { type: 'reserve' }>,
  pool: Pool,
): Decision<PlacePoolEvent, never> {
  if (pool.settled.includes(reservation)) return accept();
  const place = pool.held.find((other) => other.referral === referral);
  if (place?.reservation === reservation) return accept();
  const data = { offer, referral, reservation };
  if (place !== undefined) {
    // A new reservation of a referral that still has its old one: one referral never takes two places.
    return accept(
      { type: 'place-released.v1', data: { offer, ...place } },
      { type: 'place-reserved.v1', data },
    );
  }
  const reason = refusalOf(pool);
  return reason === undefined
    ? accept({ type: 'place-reserved.v1', data })
    : accept({ type: 'place-refused.v1', data: { ...data, reason } });
}

function refusalOf({ pool, held, capacity }: Pool): PlaceRefusal | undefined {
  if (pool !== 'open') return 'place_no_longer_available';
  return held.length < capacity ? undefined : 'no_capacity';
}

const balance = (offer: OfferId, { pool, capacity, held, settled }: Pool): PlacePoolEvent => ({
  type: 'place-pool-balanced.v1',
  data: { offer, pool, capacity, held, settled },
});

export function evolve(pool: Pool, event: PlacePoolEvent): Pool {
  const next = { ...pool, unbalanced: pool.unbalanced + 1 };
  switch (event.type) {
    case 'place-pool-opened.v1':
      return { ...next, pool: 'open', capacity: event.data.capacity };
    case 'place-pool-resized.v1':
      return { ...next, capacity: event.data.capacity };
    case 'place-pool-closed.v1':
      return { ...next, pool: 'closed' };
    case 'place-reserved.v1': {
      const { referral, reservation } = event.data;
      return { ...next, held: [...pool.held, { referral, reservation }] };
    }
    case 'place-refused.v1':
      return { ...next, settled: settledWith(pool, event.data.reservation) };
    case 'place-released.v1': {
      const { reservation } = event.data;
      return {
        ...next,
        held: pool.held.filter((place) => place.reservation !== reservation),
        settled: settledWith(pool, reservation),
      };
    }
    case 'place-pool-balanced.v1': {
      const { pool: state, capacity, held, settled } = event.data;
      return { pool: state, capacity, held, settled, unbalanced: 0 };
    }
  }
}

const settledWith = (pool: Pool, reservation: ReservationId): ReservationId[] =>
  [...pool.settled, reservation].slice(-settledMax);

export const poolAggregate: Aggregate<PoolCommand, Pool, PlacePoolEvent, PoolRefusal> = {
  category: 'place-pool',
  initial: { pool: 'unknown', capacity: 0, held: [], settled: [], unbalanced: 0 },
  decide,
  evolve,
};
