import { policyOn } from '@relais/contracts/stay-policies';
import type { StayAction, StayEvent } from '@relais/contracts/stays';
import { type Aggregate, accept, refuse } from '@relais/event-log/aggregate';
import type { StayCommand, StayCommandOf, StayDecision, StayRefused } from './commands.ts';
import { addMonths } from './days.ts';
import {
  end,
  extend,
  type Length,
  leave,
  overstay,
  refusalToProlong,
  remind,
  renew,
} from './living.ts';
import { absent, evolve, isLived, type KnownStay, type Stay } from './state.ts';

/** What may be done next, of how long it is apart. */
const actions: { readonly [state in KnownStay['state']]: readonly StayAction[] } = {
  offered: ['accept', 'refuse'],
  accepted: ['arrive', 'refuse'],
  arrived: ['renew', 'extend', 'leave', 'end'],
  renewal_due: ['renew', 'extend', 'leave', 'end'],
  renewed: ['renew', 'extend', 'leave', 'end'],
  // A departure may fall through, or come on another day.
  leaving: ['renew', 'extend', 'leave', 'end'],
  ended: [],
  refused: [],
  cancelled: [],
};

/** `length`: of a stay that somebody lives in. */
export const actionsIn = (
  state: KnownStay['state'],
  length: Length | null,
  byCoordinator: boolean,
): StayAction[] =>
  actions[state].filter((action) => {
    if (action !== 'renew' && action !== 'extend') return true;
    return length !== null && refusalToProlong(action, length, byCoordinator) === undefined;
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
  if (command.on < stay.arrivedOn) return refuse({ code: 'before-it-began' });
  switch (command.type) {
    case 'renew':
      return renew(command, stay);
    case 'extend':
      return extend(command, stay);
    case 'leave':
      return leave(command, stay);
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

/** The stay begins under the rules of that day, whatever they become. */
function arrive({ on }: StayCommandOf<'arrive'>, stay: KnownStay): StayDecision {
  const terms = 'policy' in stay ? policyOn(stay.policy, on) : undefined;
  if (terms === undefined) return refuse({ code: 'wrong-state' });
  const { offer, association, reservation } = stay;
  const endsOn = addMonths(on, terms.initialMonths);
  const data = { stay: stay.stay, offer, association, reservation, arrivedOn: on, endsOn, terms };
  return accept({ type: 'stay-arrived.v1', data });
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
