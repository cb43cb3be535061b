/** Commands on stays and what comes of them, for the tests of their rules. */
import { randomUUID } from 'node:crypto';
import { AssociationId, OfferId, ReservationId, StayId } from '@relais/contracts/ids';
import { type StayEvent, stayContract } from '@relais/contracts/stays';
import type { StayCommand } from './commands.ts';
import { decide, stayAggregate } from './decide.ts';
import { evolve, type Stay } from './state.ts';

const named = {
  stay: StayId.parse(randomUUID()),
  offer: OfferId.parse(randomUUID()),
  association: AssociationId.parse(randomUUID()),
  reservation: ReservationId.parse(randomUUID()),
  referral: null,
  person: null,
};
export const offered = (policy: string): StayCommand => ({ type: 'offer', policy, ...named });
const on = (day: string) => ({ on: day, today: day });
export const accept = (day: string): StayCommand => ({ type: 'accept', ...on(day) });
export const arrive = (day: string, vacatedOn: string | null = null): StayCommand => ({
  type: 'arrive',
  vacatedOn,
  ...on(day),
});
export const correct = (
  today: string,
  arrivedOn: string,
  vacatedOn: string | null = null,
): StayCommand => ({
  type: 'correct-arrival',
  reason: 'typing_error',
  ...{ arrivedOn, vacatedOn },
  ...on(today),
});
export const remain = (day: string): StayCommand => ({ type: 'remain', ...on(day) });
export const renew = (day: string, decidedBy: string): StayCommand => ({
  type: 'renew',
  decidedBy,
  ...on(day),
});
export const extend = (day: string, byCoordinator: boolean): StayCommand => ({
  type: 'extend',
  months: 2,
  reason: 'housing_promised',
  byCoordinator,
  ...on(day),
});
export const leave = (day: string, leavesOn: string): StayCommand => ({
  type: 'leave',
  leavesOn,
  ...on(day),
});
export const end = (day: string): StayCommand => ({
  type: 'end',
  outcome: 'social_housing',
  ...on(day),
});

export function carryOut(stay: Stay, command: StayCommand) {
  const decision = decide(command, stay);
  const events = decision.accepted ? decision.events : [];
  for (const { type, data } of events) stayContract.schemas[type]?.parse(data);
  return { events, stay: events.reduce(evolve, stay) };
}
export const after = (...commands: readonly StayCommand[]): Stay =>
  commands.reduce((stay, command) => carryOut(stay, command).stay, stayAggregate.initial);
export const events = (stay: Stay, command: StayCommand): readonly StayEvent[] =>
  carryOut(stay, command).events;
export const code = (stay: Stay, command: StayCommand): string | undefined => {
  const decision = decide(command, stay);
  return decision.accepted ? undefined : decision.refusal.code;
};
export const living = (policy: string, day: string): Stay =>
  after(offered(policy), accept(day), arrive(day));
