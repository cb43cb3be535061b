import type { OfferId } from '@relais/contracts/ids';
import type { PlacePoolEvent } from '@relais/contracts/places';
import { type Aggregate, accept, refuse } from '@relais/event-log/aggregate';
import type { CommandOf, PoolCommand, PoolDecision, PoolRefusal } from './commands.ts';
import { assign, confirm, giveBack, hold, live, release, reserve } from './giving.ts';
import { evolve, initial, type Pool } from './state.ts';
import { addUnit, beginUnavailability, endUnavailability, plan, removeUnit } from './units.ts';

/** A balance is due after so many events: a pool lives for years, a command reads no more than this. */
export const balanceEvery = 100;

/** Who has which place. The last place is won by whoever's append comes first: the others decide afresh. */
export function decide(command: PoolCommand, pool: Pool): PoolDecision {
  const decision = settle(command, pool);
  if (!decision.accepted) return decision;
  const after = decision.events.reduce(evolve, pool);
  return after.unbalanced < balanceEvery
    ? decision
    : accept(...decision.events, balance(command.offer, after));
}

function settle(command: PoolCommand, pool: Pool): PoolDecision {
  if (command.type === 'reserve') return reserve(command, pool);
  if (command.type === 'open') {
    const { offer, capacity } = command;
    return pool.pool === 'unknown'
      ? accept({ type: 'place-pool-opened.v1', data: { offer, capacity } })
      : accept();
  }
  return pool.pool === 'unknown' ? refuse({ code: 'places-not-counted' }) : manage(command, pool);
}

function manage(
  command: Exclude<PoolCommand, { type: 'reserve' | 'open' }>,
  pool: Pool,
): PoolDecision {
  const { offer } = command;
  switch (command.type) {
    case 'resize':
      return resize(command, pool);
    case 'close':
      return pool.pool === 'open'
        ? accept({ type: 'place-pool-closed.v1', data: { offer } })
        : accept();
    case 'setPolicy': {
      const { policy } = command;
      return pool.policy === policy
        ? accept()
        : accept({ type: 'stay-policy-set.v1', data: { offer, policy } });
    }
    case 'release':
      return release(command, pool);
    case 'hold':
      return hold(command, pool);
    case 'confirm':
      return confirm(command, pool);
    case 'giveBack':
    case 'expire':
      return giveBack(command, pool);
    case 'assign':
      return assign(command, pool);
    case 'occupy':
    case 'correctArrival':
    case 'leave':
      return live(command, pool);
    case 'addUnit':
      return addUnit(command, pool);
    case 'removeUnit':
      return removeUnit(command, pool);
    case 'plan':
      return plan(command, pool);
    case 'begin':
      return beginUnavailability(command, pool);
    case 'endUnavailability':
      return endUnavailability(command, pool);
  }
}

function resize({ offer, capacity }: CommandOf<'resize'>, pool: Pool): PoolDecision {
  if (pool.pool === 'closed') return refuse({ code: 'wrong-state' });
  if (capacity < pool.units.length) return refuse({ code: 'fewer-than-units' });
  return pool.capacity === capacity
    ? accept()
    : accept({ type: 'place-pool-resized.v1', data: { offer, capacity } });
}

const balance = (offer: OfferId, { unbalanced: _, ...pool }: Pool): PlacePoolEvent => ({
  type: 'place-pool-balanced.v2',
  data: { offer, ...pool },
});

export const poolAggregate: Aggregate<PoolCommand, Pool, PlacePoolEvent, PoolRefusal> = {
  category: 'place-pool',
  initial,
  decide,
  evolve,
};
