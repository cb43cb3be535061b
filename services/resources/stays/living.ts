/** Renewals, overstays and departures. Pure, for `decide`. */
import type { PlaceRefusalCode } from '@relais/contracts/place-problems';
import { accept, refuse } from '@relais/event-log/aggregate';
import type { StayCommandOf, StayDecision } from './commands.ts';
import { addDays, addMonths, daysBetween, startOf } from './days.ts';
import { type KnownStay, type Lived, stateBetween } from './state.ts';

type LivedStay = Extract<KnownStay, Lived>;

const named = ({ stay, offer, association }: LivedStay) => ({ stay, offer, association });

/** Ends are counted from the arrival, so that the 31st stays the 31st whatever months lie between. */
export const endAfter = ({ arrivedOn }: Pick<Lived, 'arrivedOn'>, months: number): string =>
  addMonths(arrivedOn, months);

export function renew(command: StayCommandOf<'renew'>, stay: LivedStay): StayDecision {
  const { renewalMonths: months, decidedBy } = stay.terms;
  if (!decidedBy.includes(command.decidedBy)) return refuse({ code: 'not-theirs-to-decide' });
  const refusal = refusalToProlong('renew', stay, { isCoordinator: false, on: command.on });
  if (refusal !== undefined) return refuse({ code: refusal, ...datesOf(stay) });
  return renewed(stay, { months, decidedBy: command.decidedBy, on: command.on, extension: null });
}

/** Beyond the maximum, by a coordinator and with a reason: the policy's own renewals come first. */
export function extend(command: StayCommandOf<'extend'>, stay: LivedStay): StayDecision {
  const { months, reason, byCoordinator, on } = command;
  const refusal = refusalToProlong('extend', stay, { isCoordinator: byCoordinator, on });
  if (refusal !== undefined) return refuse({ code: refusal });
  return renewed(stay, { months, decidedBy: 'coordinator', on, extension: reason });
}

/** How long somebody lives there, and may. */
export type Length = Pick<Lived, 'terms' | 'months' | 'endsOn'>;

/** The day of the first reminder: before it nobody knows whether a renewal is called for. Null: it would last too long. */
export function renewableFrom({ terms, months, endsOn }: Length): string | null {
  const { maximumMonths, renewalMonths, remindDays } = terms;
  const isBeyond = maximumMonths !== null && months + renewalMonths > maximumMonths;
  return isBeyond ? null : addDays(endsOn, -Math.max(0, ...remindDays));
}

/** From when it is renewed, where it can be. */
export function datesOf(length: Length): { readonly deadlines?: { renewableFrom: string } } {
  const from = renewableFrom(length);
  return from === null ? {} : { deadlines: { renewableFrom: startOf(from) } };
}

/** Why a stay becomes no longer in this way on that day, whatever is said with it. */
export function refusalToProlong(
  way: 'renew' | 'extend',
  length: Length,
  { isCoordinator, on }: { readonly isCoordinator: boolean; readonly on: string },
): PlaceRefusalCode | undefined {
  const from = renewableFrom(length);
  if (way === 'renew') {
    if (from === null) return 'beyond-maximum';
    return on < from ? 'renewal-not-due' : undefined;
  }
  if (!isCoordinator) return 'coordinator-only';
  return from === null ? undefined : 'within-maximum';
}

function renewed(
  stay: LivedStay,
  by: { months: number; decidedBy: string; on: string; extension: string | null },
): StayDecision {
  const { on, months, decidedBy, extension } = by;
  const endsOn = endAfter(stay, stay.months + months);
  const lateDays = Math.max(0, daysBetween(stay.endsOn, on));
  const { remindDays } = stay.terms;
  const data = { renewedOn: on, months, endsOn, decidedBy, lateDays, extension, remindDays };
  return accept({ type: 'stay-renewed.v1', data: { ...named(stay), ...data } });
}

export function leave({ leavesOn }: StayCommandOf<'leave'>, stay: LivedStay): StayDecision {
  if (leavesOn < stay.arrivedOn) return refuse({ code: 'before-it-began' });
  const { reservation } = stay;
  return accept({ type: 'stay-leaving.v1', data: { ...named(stay), reservation, leavesOn } });
}

/** The departure fell through: it is as before, and reminders of its end come again. */
export function remain(stay: LivedStay): StayDecision {
  const { reservation, endsOn, reminded } = stay;
  const { remindDays } = stay.terms;
  const state = reminded.length > 0 ? 'renewal_due' : stateBetween(stay);
  const data = { ...named(stay), reservation, endsOn, remindDays, state } as const;
  return accept({ type: 'stay-remained.v1', data });
}

export function end({ on, outcome }: StayCommandOf<'end'>, stay: LivedStay): StayDecision {
  const { reservation } = stay;
  const overstayDays = Math.max(0, daysBetween(stay.endsOn, on));
  const data = { ...named(stay), reservation, endedOn: on, outcome, overstayDays };
  return accept({ type: 'stay-ended.v1', data });
}

const isUnderWay = ({ state }: LivedStay): boolean =>
  state === 'arrived' || state === 'renewal_due' || state === 'renewed';

/** Of several reminders that are due at once, after an outage or a late record, the nearest is enough. */
export function remind(command: StayCommandOf<'remind'>, stay: LivedStay): StayDecision {
  const { endsOn, daysBefore, today } = command;
  const isDue = (days: number): boolean => addDays(endsOn, -days) <= today;
  const isNearer = (days: number): boolean => days < daysBefore && isDue(days);
  const isOutdated = endsOn !== stay.endsOn || !isUnderWay(stay);
  if (isOutdated || !isDue(daysBefore) || stay.terms.remindDays.some(isNearer)) return accept();
  if (stay.reminded.includes(daysBefore)) return accept();
  return accept({ type: 'stay-renewal-due.v1', data: { ...named(stay), endsOn, daysBefore } });
}

/** From the day after the end on. Whoever is leaving and still there overstays as well. */
export function overstay(
  { endsOn, today }: StayCommandOf<'overstay'>,
  stay: LivedStay,
): StayDecision {
  const isOver = stay.state === 'ended' || stay.overstaying || endsOn !== stay.endsOn;
  if (isOver || today <= endsOn) return accept();
  return accept({ type: 'stay-overstayed.v1', data: { ...named(stay), endsOn } });
}
