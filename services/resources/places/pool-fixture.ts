/** Commands on one pool, and what comes of them, for the tests of its rules. */
import { randomUUID } from 'node:crypto';
import {
  AssociationId,
  OfferId,
  ReferralId,
  ReservationId,
  type UnavailabilityId,
  UnitId,
} from '@relais/contracts/ids';
import type { PlacePoolEvent } from '@relais/contracts/places';
import type { PoolCommand } from './commands.ts';
import { decide, poolAggregate } from './decide.ts';
import { evolve, type Pool } from './state.ts';

export const now = '2026-11-25T12:00:00Z';
export const offer = OfferId.parse(randomUUID());
export const someone = () => ({
  referral: ReferralId.parse(randomUUID()),
  reservation: ReservationId.parse(randomUUID()),
});
export type Held = ReturnType<typeof someone>;

export const open = (capacity: number): PoolCommand => ({ type: 'open', offer, capacity });
export const reserve = (held: Held): PoolCommand => ({ type: 'reserve', offer, ...held });
export const release = (held: Held): PoolCommand => ({
  type: 'release',
  offer,
  ...held,
  used: false,
  now,
});

/** Events of a command, and the pool after it. */
export function carryOut(
  pool: Pool,
  command: PoolCommand,
): { events: readonly PlacePoolEvent[]; pool: Pool } {
  const decision = decide(command, pool);
  const events = decision.accepted ? decision.events : [];
  return { events, pool: events.reduce(evolve, pool) };
}
export const after = (...commands: readonly PoolCommand[]): Pool =>
  commands.reduce((pool, command) => carryOut(pool, command).pool, poolAggregate.initial);
export const types = (pool: Pool, command: PoolCommand) =>
  carryOut(pool, command).events.map(({ type }) => type);

export const association = AssociationId.parse(randomUUID());
export const tomorrow = '2026-11-26T12:00:00Z';
export const hold = ({ reservation }: Held, until = tomorrow): PoolCommand => ({
  type: 'hold',
  offer,
  reservation,
  referral: null,
  person: null,
  association,
  until,
  max: 2,
  now,
});
export const giveBack = ({ reservation }: Held, by: AssociationId | null = null): PoolCommand => ({
  type: 'giveBack',
  offer,
  reservation,
  because: 'released',
  by,
  now,
});
export const confirm = ({ reservation }: Held): PoolCommand => ({
  type: 'confirm',
  offer,
  reservation,
});
export const expire = ({ reservation }: Held, at: string): PoolCommand => ({
  type: 'expire',
  offer,
  reservation,
  now: at,
});
export const units = ['A', 'B', 'C'].map((label) => ({
  unit: UnitId.parse(randomUUID()),
  label,
  accessible: label === 'B',
  publics: [],
}));
export const addUnit = (unit: (typeof units)[number]): PoolCommand => ({
  type: 'addUnit',
  offer,
  unit,
});
export const plan = (
  unavailability: UnavailabilityId,
  period: Partial<Extract<PoolCommand, { type: 'plan' }>> = {},
): PoolCommand => ({
  type: 'plan',
  offer,
  unavailability,
  unit: null,
  places: 1,
  reason: 'works',
  from: null,
  until: null,
  ...period,
  now,
});
export const endGap = (unavailability: UnavailabilityId): PoolCommand => ({
  type: 'endUnavailability',
  offer,
  unavailability,
  because: 'ended',
});
export const code = (pool: Pool, command: PoolCommand): string | undefined => {
  const decision = decide(command, pool);
  return decision.accepted ? undefined : decision.refusal.code;
};
