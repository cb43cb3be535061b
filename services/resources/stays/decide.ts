import type { StayAction, StayEvent } from '@relais/contracts/stays';
import { type Aggregate, accept, refuse } from '@relais/event-log/aggregate';
import { arrive, correctArrival } from './arriving.ts';
import type { StayCommand, StayCommandOf, StayDecision, StayRefused } from './commands.ts';
import {
  end,
  extend,
  type Length,
  leave,
  overstay,
  refusalToProlong,
  remain,
  remind,
  renew,
} from './living.ts';
import { absent, evolve, isLived, type KnownStay, type Stay } from './state.ts';

const lived: readonly StayAction[] = ['correct-arrival', 'renew', 'extend', 'leave', 'end'];

/** What may be done next, of how long it is apart. */
const actions: { readonly [state in KnownStay['state']]: readonly StayAction[] } = {
  offered: ['accept', 'refuse'],
  accepted: ['arrive', 'refuse'],
  arrived: lived,
  renewal_due: lived,
  renewed: lived,
  // A departure may fall through, or come on another day.
  leaving: [...lived, 'remain'],
  ended: [],
  refused: [],
  cancelled: [],
};

/** `length`: of a stay that somebody lives in; `by` whom, on which day. */
export const actionsIn = (
  state: KnownStay['state'],
  length: Length | null,
  by: { readonly isCoordinator: boolean; readonly today: string },
): StayAction[] =>
  actions[state].filter((action) => {
    if (action !== 'renew' && action !== 'extend') return true;
    if (length === null) return false;
    const { isCoordinator, today: on } = by;
    return refusalToProlong(action, length, { isCoordinator, on }) === undefined;
  });

/** From the offer of a place to the departure. Days are calendar days in France. */
export function decide(command: StayCommand, stay: Stay): StayDecision {
  if (command.type === 'offer') {
    if (stay.state !== 'absent') return accept();
    const { type: _, ...data } = command;
    return accept({ type: 'stay-offered.v1', data });
  }
  if (stay.state === 'absent') return refuse({ code: 'not-found' });
  switch (command.type) {
    case 'losePlace':
      return losePlace(command, stay);
    case 'remind':
      return isLived(stay) ? remind(command, stay) : accept();
    case 'overstay':
      return isLived(stay) ? overstay(command, stay) : accept();
    default:
      return act(command, stay);
  }
}

type ByPeople = Extract<StayCommand, { type: StayAction }>;

function act(command: ByPeople, stay: KnownStay): StayDecision {
  if (!actions[stay.state].includes(command.type)) return refuse({ code: 'wrong-state' });
  if (command.on > command.today) return refuse({ code: 'occurred-in-future' });
  if (!isLived(stay)) return beforeArrival(command, stay);
  if (command.type === 'correct-arrival') return correctArrival(command, stay);
  if (command.on < stay.arrivedOn) return refuse({ code: 'before-it-began' });
  switch (command.type) {
    case 'renew':
      return renew(command, stay);
    case 'extend':
      return extend(command, stay);
    case 'leave':
      return leave(command, stay);
    case 'remain':
      return remain(stay);
    case 'end':
      return end(command, stay);
    default:
      return refuse({ code: 'wrong-state' });
  }
}

function beforeArrival(command: ByPeople, stay: KnownStay): StayDecision {
  const { offer, association, reservation } = stay;
  const named = { stay: stay.stay, offer, association };
  switch (command.type) {
    case 'accept':
      return accept({ type: 'stay-accepted.v1', data: named });
    case 'refuse': {
      const { reason } = command;
      return accept({ type: 'stay-refused.v1', data: { ...named, reservation, reason } });
    }
    case 'arrive':
      return arrive(command, stay);
    default:
      return refuse({ code: 'wrong-state' });
  }
}

/** The referral, or whoever manages the offer, gave its place back: it is over, or will not be. */
function losePlace(command: StayCommandOf<'losePlace'>, stay: KnownStay): StayDecision {
  const { because, today } = command;
  if (['ended', 'refused', 'cancelled'].includes(stay.state)) return accept();
  const { offer, association, reservation } = stay;
  const data = { stay: stay.stay, offer, association, reservation };
  if (!isLived(stay)) return accept({ type: 'stay-cancelled.v1', data: { ...data, because } });
  const [, on = today] = [today, stay.arrivedOn].toSorted();
  return end({ type: 'end', on, today: on, outcome: because }, stay);
}

export const stayAggregate: Aggregate<StayCommand, Stay, StayEvent, StayRefused> = {
  category: 'stay',
  initial: absent,
  decide,
  evolve,
};
