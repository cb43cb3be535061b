import {
  AcceptStay,
  ArriveStay,
  CorrectArrival,
  EndStay,
  ExtendStay,
  LeaveStay,
  RefuseStay,
  RemainInStay,
  RenewStay,
} from '@relais/contracts/stays';
import type { App } from '@relais/http/app-options';
import type { PlacesDesk } from '../places/managing.ts';
import { stayReads } from './read-routes.ts';
import { telling } from './telling.ts';

/** From the offer of a place to the departure, told by the association that people stay at. */
export function stayRoutes(app: App, desk: PlacesDesk): void {
  stayReads(app, desk);
  telling(app, desk, 'accept', AcceptStay, 'The person wants the place', (_, when) => when);
  telling(app, desk, 'refuse', RefuseStay, 'The person does not want it', ({ reason }, when) => ({
    reason,
    ...when,
  }));
  telling(app, desk, 'arrive', ArriveStay, 'The person has come', (_, when) => when);
  telling(
    app,
    desk,
    'correct-arrival',
    CorrectArrival,
    'Correct the day on which the person came, with a reason: its end and reminders follow',
    ({ arrivedOn, reason }, when) => ({ arrivedOn, reason, ...when }),
  );
  telling(
    app,
    desk,
    'renew',
    RenewStay,
    'Renew the stay by one step of its policy, from its first reminder on',
    (body, when) => ({
      decidedBy: body.decidedBy,
      ...when,
    }),
  );
  telling(
    app,
    desk,
    'extend',
    ExtendStay,
    'Extend the stay beyond its policy’s maximum, with a reason; coordinators only',
    ({ months, reason }, { actor, ...when }) => ({
      months,
      reason,
      byCoordinator: actor.role === 'coordinator',
      ...when,
    }),
  );
  telling(
    app,
    desk,
    'leave',
    LeaveStay,
    'Say when the person will leave',
    ({ leavesOn }, when) => ({
      leavesOn,
      ...when,
    }),
  );
  telling(app, desk, 'remain', RemainInStay, 'The person stays after all', (_, when) => when);
  telling(
    app,
    desk,
    'end',
    EndStay,
    'The person has left: the place is free again',
    ({ outcome }, when) => ({
      outcome,
      ...when,
    }),
  );
}
