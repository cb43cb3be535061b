/** What the time brings for places: holds end, planned unavailabilities begin and end. */
import { OfferId, ReservationId, UnavailabilityId } from '@relais/contracts/ids';
import { type PlacePoolEvent, placePoolContract } from '@relais/contracts/places';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Timer, TimerChange } from '@relais/event-log/timer-rows';
import { dueNow, timerCause } from '../system-command.ts';
import type { PoolCommand } from './commands.ts';
import { commandPool, type Reacting } from './reacting.ts';

export const placeTimers = 'resources-place-timers';

type Due = { readonly action: 'expire' | 'begin' | 'end'; readonly correlationId: string };

export function planPlaces(record: Recorded): readonly TimerChange[] {
  const event = parse(placePoolContract, record);
  const { correlationId } = record.metadata;
  const due = (set: string, action: Due['action'], dueAt: string): TimerChange => ({
    set,
    dueAt,
    data: { action, correlationId } satisfies Due,
  });
  switch (event.type) {
    case 'place-held.v1':
      return [due(`hold ${event.data.reservation}`, 'expire', event.data.until)];
    case 'places-unavailability-planned.v1': {
      const { unavailability, from, until } = event.data;
      const begins = due(`begin ${unavailability}`, 'begin', from);
      return until === null ? [begins] : [begins, due(`end ${unavailability}`, 'end', until)];
    }
    default:
      return over(event).map((cancel) => ({ cancel }));
  }
}

/** What needs no timer any more. */
function over({ type, data }: PlacePoolEvent): string[] {
  switch (type) {
    case 'place-confirmed.v1':
    case 'place-occupied.v1':
    case 'place-released.v1':
    case 'place-given-back.v1':
      return [`hold ${data.reservation}`];
    case 'places-unavailability-ended.v1':
      return [`begin ${data.unavailability}`, `end ${data.unavailability}`];
    default:
      return [];
  }
}

/** Exact because each step is taken once by the rules, whatever the timers do. */
export async function firePlaces(desk: Reacting, timer: Timer, commandId: string): Promise<void> {
  const cause = timerCause(placeTimers, timer, timer.dueAt);
  await commandPool(desk, cause, commandOf(timer, dueNow(desk, timer)), commandId);
}

function commandOf(timer: Timer, now: string): PoolCommand {
  const offer = OfferId.parse(streamId(timer));
  const id = timer.key.slice(-36);
  const { action } = timer.data as Due;
  if (action === 'expire') {
    return { type: 'expire', offer, reservation: ReservationId.parse(id), now };
  }
  const unavailability = UnavailabilityId.parse(id);
  return action === 'begin'
    ? { type: 'begin', offer, unavailability, now }
    : { type: 'endUnavailability', offer, unavailability, because: 'over' };
}
