/** How a place is given to somebody and comes back. Pure, for `decide`. */
import type { HeldPlace, PlacePoolEvent, PlaceRefusal } from '@relais/contracts/places';
import { accept, type Decision, refuse } from '@relais/event-log/aggregate';
import type { CommandOf, PoolDecision } from './commands.ts';
import { freeOf, heldBy, isVacant, type Pool, vacantUnit } from './state.ts';
import { becomesUnavailable } from './units.ts';

const holdMaxMs = 7 * 24 * 3_600_000;

export function reserve(
  { offer, referral, reservation }: CommandOf<'reserve'>,
  pool: Pool,
): Decision<PlacePoolEvent, never> {
  if (pool.settled.includes(reservation) || heldBy(pool, reservation) !== undefined) {
    return accept();
  }
  const place = pool.held.find((other) => other.referral === referral);
  const data = { offer, referral, reservation };
  if (place !== undefined) {
    // One referral never takes two places: it has the one that was kept for it, or reserves its own anew.
    const goesBack: PlacePoolEvent =
      place.until === null
        ? { type: 'place-released.v1', data: { ...data, reservation: place.reservation } }
        : {
            type: 'place-given-back.v1',
            data: { offer, reservation: place.reservation, because: 'replaced' },
          };
    return accept(
      goesBack,
      { type: 'place-reserved.v1', data },
      ...assigned({ offer, reservation }, place.unit ?? undefined),
    );
  }
  const reason = refusalOf(pool);
  return reason === undefined
    ? accept(
        { type: 'place-reserved.v1', data },
        ...assigned({ offer, reservation }, vacantUnit(pool)?.unit),
      )
    : accept({ type: 'place-refused.v1', data: { ...data, reason } });
}

function refusalOf(pool: Pool): PlaceRefusal | undefined {
  if (pool.pool !== 'open') return 'place_no_longer_available';
  return freeOf(pool) > 0 ? undefined : 'no_capacity';
}

type Named = Pick<CommandOf<'assign'>, 'offer' | 'reservation'>;

const assigned = (of: Named, unit: HeldPlace['unit'] | undefined): PlacePoolEvent[] =>
  unit === undefined || unit === null
    ? []
    : [{ type: 'place-assigned.v1', data: { offer: of.offer, reservation: of.reservation, unit } }];

export function release(command: CommandOf<'release'>, pool: Pool): PoolDecision {
  const { offer, reservation, referral, used, now } = command;
  const place = heldBy(pool, reservation);
  if (place === undefined || (used && place.policy !== null)) return accept();
  return accept(
    { type: 'place-released.v1', data: { offer, referral, reservation } },
    ...becomesUnavailable(offer, place.unit, pool, now),
  );
}

export function hold(command: CommandOf<'hold'>, pool: Pool): PoolDecision {
  const { offer, reservation, referral, person, association, until, max, now } = command;
  if (pool.settled.includes(reservation) || heldBy(pool, reservation) !== undefined) {
    return accept();
  }
  if (referral !== null && pool.held.some((place) => place.referral === referral)) return accept();
  const aheadMs = Date.parse(until) - Date.parse(now);
  if (aheadMs <= 0 || aheadMs > holdMaxMs) return refuse({ code: 'hold-too-long' });
  const own = pool.held.filter((place) => place.association === association);
  if (own.filter((place) => place.until !== null).length >= max) {
    return refuse({ code: 'too-many' });
  }
  if (freeOf(pool) === 0)
    return refuse({ code: pool.pool === 'open' ? 'no-place' : 'wrong-state' });
  return accept(
    { type: 'place-held.v1', data: { offer, reservation, referral, person, association, until } },
    ...assigned({ offer, reservation }, vacantUnit(pool)?.unit),
  );
}

/** What is kept for a referral is not confirmed: accepting the referral reserves it. */
export function confirm({ offer, reservation }: CommandOf<'confirm'>, pool: Pool): PoolDecision {
  const place = heldBy(pool, reservation);
  if (place === undefined) return refuse({ code: 'not-found' });
  if (place.referral !== null) return refuse({ code: 'wrong-state' });
  return place.until === null
    ? accept()
    : accept({ type: 'place-confirmed.v1', data: { offer, reservation } });
}

export function giveBack(command: CommandOf<'giveBack' | 'expire'>, pool: Pool): PoolDecision {
  const { offer, reservation, now } = command;
  const place = heldBy(pool, reservation);
  const expires = command.type === 'expire';
  if (place === undefined) {
    const was = expires || command.by === null || pool.settled.includes(reservation);
    return was ? accept() : refuse({ code: 'not-found' });
  }
  if (expires) {
    if (place.until === null || Date.parse(place.until) > Date.parse(now)) return accept();
  } else if (command.by !== null && command.by !== place.association) {
    return refuse({ code: 'not-found' });
  }
  const because = expires ? 'expired' : command.because;
  return accept(
    { type: 'place-given-back.v1', data: { offer, reservation, because } },
    ...becomesUnavailable(offer, place.unit, pool, now),
  );
}

export function assign(command: CommandOf<'assign'>, pool: Pool): PoolDecision {
  const { offer, reservation, unit, now } = command;
  const place = heldBy(pool, reservation);
  if (place === undefined) return refuse({ code: 'not-found' });
  if (!pool.units.some((one) => one.unit === unit)) return refuse({ code: 'unit-unknown' });
  if (place.unit === unit) return accept();
  if (!isVacant(pool, unit)) return refuse({ code: 'unit-taken' });
  return accept(
    { type: 'place-assigned.v1', data: { offer, reservation, unit } },
    ...becomesUnavailable(offer, place.unit, pool, now),
  );
}

/** What the stay says of the place it is in. One that was given back meanwhile is not taken again. */
export function live(
  command: CommandOf<'occupy' | 'correctArrival' | 'leave'>,
  pool: Pool,
): PoolDecision {
  const { offer, reservation } = command;
  const place = heldBy(pool, reservation);
  if (place === undefined) return accept();
  if (command.type === 'occupy') {
    const { since } = command;
    return place.stage === 'occupied'
      ? accept()
      : accept({ type: 'place-occupied.v1', data: { offer, reservation, since } });
  }
  if (command.type === 'correctArrival') {
    const { since } = command;
    return accept({ type: 'place-arrival-corrected.v1', data: { offer, reservation, since } });
  }
  const { leavesOn } = command;
  return accept({ type: 'place-leaving.v1', data: { offer, reservation, leavesOn } });
}
