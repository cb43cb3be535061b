/** The day somebody came, and its correction. Pure, for `decide`. */
import { policyOn } from '@relais/contracts/stay-policies';
import { accept, refuse } from '@relais/event-log/aggregate';
import type { StayCommandOf, StayDecision } from './commands.ts';
import { addMonths, daysBetween } from './days.ts';
import type { KnownStay, Lived } from './state.ts';

type LivedStay = Extract<KnownStay, Lived>;

/** The stay begins under the rules of that day, whatever they become. */
export function arrive(command: StayCommandOf<'arrive'>, stay: KnownStay): StayDecision {
  const { on, vacatedOn } = command;
  const terms = 'policy' in stay ? policyOn(stay.policy, on) : undefined;
  if (terms === undefined) return refuse({ code: 'wrong-state' });
  if (vacatedOn !== null && on < vacatedOn) return refuse({ code: 'somebody-else-there' });
  const { offer, association, reservation } = stay;
  const endsOn = addMonths(on, terms.initialMonths);
  const data = { stay: stay.stay, offer, association, reservation, arrivedOn: on, endsOn, terms };
  return accept({ type: 'stay-arrived.v1', data });
}

/** The renewals stay as they were decided; what they renew, and how late they were, follows from the new day. */
export function correctArrival(
  { arrivedOn, reason, today, vacatedOn }: StayCommandOf<'correct-arrival'>,
  stay: LivedStay,
): StayDecision {
  const { renewals, policy } = stay;
  if (arrivedOn > today) return refuse({ code: 'occurred-in-future' });
  const followed = [...renewals.map(({ on }) => on), stay.leavesOn ?? today];
  if (followed.some((day) => day < arrivedOn)) return refuse({ code: 'arrival-after' });
  if (vacatedOn !== null && arrivedOn < vacatedOn) return refuse({ code: 'somebody-else-there' });
  if (arrivedOn === stay.arrivedOn) return accept();
  const terms = policyOn(policy, arrivedOn) ?? stay.terms;
  let months = terms.initialMonths;
  const lateDays: number[] = [];
  for (const renewal of renewals) {
    const late = daysBetween(addMonths(arrivedOn, months), renewal.on);
    if (late > 0) lateDays.push(late);
    months += renewal.months;
  }
  const { stay: id, offer, association, reservation } = stay;
  const told = { arrivedOn, endsOn: addMonths(arrivedOn, months), terms, months, lateDays, reason };
  const data = { stay: id, offer, association, reservation, ...told };
  return accept({ type: 'stay-arrival-corrected.v1', data });
}
