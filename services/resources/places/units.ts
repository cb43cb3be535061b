/** Places that have a name, and times when places cannot be given. Pure, for `decide`. */
import type { OfferId, UnavailabilityId } from '@relais/contracts/ids';
import {
  type HeldPlace,
  type PlacePoolEvent,
  unavailabilitiesMax,
  unitsMax,
} from '@relais/contracts/places';
import { accept, refuse } from '@relais/event-log/aggregate';
import type { CommandOf, PoolDecision } from './commands.ts';
import { holderOf, type Pool } from './state.ts';

/** A unit more than there are places is a place more. */
export function addUnit({ offer, unit }: CommandOf<'addUnit'>, pool: Pool): PoolDecision {
  if (pool.units.some((one) => one.unit === unit.unit)) return accept();
  if (pool.pool === 'closed') return refuse({ code: 'wrong-state' });
  if (pool.units.some(({ label }) => label === unit.label)) return refuse({ code: 'unit-exists' });
  if (pool.units.length >= unitsMax) return refuse({ code: 'too-many' });
  const added: PlacePoolEvent = { type: 'place-unit-added.v1', data: { offer, ...unit } };
  if (pool.units.length < pool.capacity) return accept(added);
  const capacity = pool.capacity + 1;
  return accept<PlacePoolEvent>(
    { type: 'place-pool-resized.v1', data: { offer, capacity } },
    added,
  );
}

/** The place stays, without a name. */
export function removeUnit({ offer, unit }: CommandOf<'removeUnit'>, pool: Pool): PoolDecision {
  if (!pool.units.some((one) => one.unit === unit)) return refuse({ code: 'not-found' });
  const isNeeded =
    holderOf(pool, unit) !== undefined || pool.unavailabilities.some((one) => one.unit === unit);
  return isNeeded
    ? refuse({ code: 'unit-taken' })
    : accept({ type: 'place-unit-removed.v1', data: { offer, unit } });
}

export function plan(command: CommandOf<'plan'>, pool: Pool): PoolDecision {
  const { offer, unavailability, unit, reason, until, now } = command;
  if (pool.unavailabilities.some((one) => one.unavailability === unavailability)) return accept();
  if (unit !== null && !pool.units.some((one) => one.unit === unit)) {
    return refuse({ code: 'unit-unknown' });
  }
  if (pool.unavailabilities.some((one) => unit !== null && one.unit === unit)) {
    return refuse({ code: 'unit-taken' });
  }
  if (pool.unavailabilities.length >= unavailabilitiesMax) return refuse({ code: 'too-many' });
  const from = command.from ?? now;
  const endsAt = until === null ? Number.POSITIVE_INFINITY : Date.parse(until);
  if (endsAt <= Date.parse(from) || endsAt <= Date.parse(now)) {
    return refuse({ code: 'period-reversed' });
  }
  const places = unit === null ? command.places : 1;
  const begins = Date.parse(from) <= Date.parse(now) && (unit === null || !holderOf(pool, unit));
  return accept(
    {
      type: 'places-unavailability-planned.v1',
      data: { offer, unavailability, unit, places, reason, from, until },
    },
    ...(begins ? [began(offer, unavailability, places)] : []),
  );
}

const began = (
  offer: OfferId,
  unavailability: UnavailabilityId,
  places: number,
): PlacePoolEvent => ({
  type: 'places-unavailability-began.v1',
  data: { offer, unavailability, places },
});

/** Its time has come. A unit that somebody holds is left to that person, and becomes unavailable when it is vacant. */
export function beginUnavailability(command: CommandOf<'begin'>, pool: Pool): PoolDecision {
  const { offer, unavailability, now } = command;
  const due = pool.unavailabilities.find((one) => one.unavailability === unavailability);
  if (due === undefined || due.began || Date.parse(due.from) > Date.parse(now)) return accept();
  if (due.unit !== null && holderOf(pool, due.unit) !== undefined) return accept();
  return accept(began(offer, unavailability, due.places));
}

/** What comes of a unit's being vacant now. */
export function becomesUnavailable(
  offer: OfferId,
  unit: HeldPlace['unit'],
  pool: Pool,
  now: string,
): PlacePoolEvent[] {
  const due = pool.unavailabilities.filter(
    (one) =>
      unit !== null && one.unit === unit && !one.began && Date.parse(one.from) <= Date.parse(now),
  );
  return due.map(({ unavailability, places }) => began(offer, unavailability, places));
}

export function endUnavailability(
  { offer, unavailability, because }: CommandOf<'endUnavailability'>,
  pool: Pool,
): PoolDecision {
  const it = pool.unavailabilities.find((one) => one.unavailability === unavailability);
  if (it === undefined) return because === 'over' ? accept() : refuse({ code: 'not-found' });
  const places = it.began ? it.places : 0;
  return accept({
    type: 'places-unavailability-ended.v1',
    data: { offer, unavailability, places, because },
  });
}
