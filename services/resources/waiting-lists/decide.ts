import type { Priority } from '@relais/contracts/deadlines';
import type { AssociationId, OfferId, ReferralId, ReservationId } from '@relais/contracts/ids';
import type { PlaceRefusalCode } from '@relais/contracts/place-problems';
import {
  type WaitingEntry,
  type WaitingListEvent,
  waitingMax,
} from '@relais/contracts/waiting-lists';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import { entriesAfter, firstInTurn } from './order.ts';

export type WaitingCommand = { readonly offer: OfferId } & (
  | {
      readonly type: 'join';
      readonly referral: ReferralId;
      readonly association: AssociationId;
      readonly sender: AssociationId;
      readonly priority: Priority;
      readonly since: string;
      readonly reviewBy: string;
    }
  | { readonly type: 'leave'; readonly referral: ReferralId; readonly because: string }
  | {
      readonly type: 'move';
      readonly referral: ReferralId;
      readonly before: ReferralId | null;
      readonly reason: string;
    }
  /** To whoever's turn it is, if anybody's. */
  | { readonly type: 'propose'; readonly reservation: ReservationId; readonly until: string }
  /** `passed`: it was kept and nobody took it. */
  | {
      readonly type: 'lapse';
      readonly reservation: ReservationId;
      readonly because: string;
      readonly passed: boolean;
    }
);

export type WaitingList = {
  /** In their order. */
  readonly entries: readonly WaitingEntry[];
  /** Events that a command has to fold: those since the last balance. */
  readonly unbalanced: number;
};
export type WaitingRefusal = { readonly code: PlaceRefusalCode };
type Decided = Decision<WaitingListEvent, WaitingRefusal>;

/** A balance is due after so many events. */
export const balanceEvery = 100;

/** Who is next: nobody is passed over without an event that says so. */
export function decide(command: WaitingCommand, list: WaitingList): Decided {
  const decision = settle(command, list);
  if (!decision.accepted) return decision;
  const after = decision.events.reduce(evolve, list);
  if (after.unbalanced < balanceEvery) return decision;
  const { offer } = command;
  return accept(...decision.events, {
    type: 'waiting-list-balanced.v1',
    data: { offer, entries: after.entries },
  });
}

function settle(command: WaitingCommand, { entries }: WaitingList): Decided {
  const { offer } = command;
  switch (command.type) {
    case 'join': {
      const { type: _, ...data } = command;
      if (entries.some(({ referral }) => referral === command.referral)) return accept();
      if (entries.length >= waitingMax) return refuse({ code: 'too-many' });
      return accept({ type: 'waiting-list-joined.v1', data });
    }
    case 'leave':
      return leave(command, entries);
    case 'move':
      return move(command, entries);
    case 'propose': {
      const { reservation, until } = command;
      const known = entries.some(({ proposal }) => proposal?.reservation === reservation);
      const next = known ? undefined : firstInTurn(entries);
      if (next === undefined) return accept();
      const { referral, association } = next;
      const data = { offer, referral, association, reservation, until };
      return accept({ type: 'waiting-list-proposed.v1', data });
    }
    case 'lapse': {
      const { reservation, because, passed } = command;
      const entry = entries.find(({ proposal }) => proposal?.reservation === reservation);
      if (entry === undefined) return accept();
      const data = { offer, referral: entry.referral, reservation, because, passed };
      return accept({ type: 'waiting-list-proposal-lapsed.v1', data });
    }
  }
}

/** What was kept for it is not kept any more. */
function leave(
  { offer, referral, because }: Extract<WaitingCommand, { type: 'leave' }>,
  entries: readonly WaitingEntry[],
): Decided {
  const entry = entries.find((one) => one.referral === referral);
  if (entry === undefined) return accept();
  const left = { type: 'waiting-list-left.v1', data: { offer, referral, because } } as const;
  if (entry.proposal === null) return accept(left);
  const { reservation } = entry.proposal;
  const data = { offer, referral, reservation, because, passed: false };
  return accept<WaitingListEvent>({ type: 'waiting-list-proposal-lapsed.v1', data }, left);
}

function move(
  { offer, referral, before, reason }: Extract<WaitingCommand, { type: 'move' }>,
  entries: readonly WaitingEntry[],
): Decided {
  const isThere = (one: ReferralId) => entries.some((entry) => entry.referral === one);
  if (!isThere(referral) || (before !== null && !isThere(before))) {
    return refuse({ code: 'not-waiting' });
  }
  const event = {
    type: 'waiting-list-moved.v1',
    data: { offer, referral, before, reason },
  } as const;
  const changes = entriesAfter(entries, event).some(
    (one, n) => one.referral !== entries[n]?.referral || one.passes !== entries[n].passes,
  );
  return changes ? accept(event) : accept();
}

export const evolve = (list: WaitingList, event: WaitingListEvent): WaitingList => ({
  entries: entriesAfter(list.entries, event),
  unbalanced: event.type === 'waiting-list-balanced.v1' ? 0 : list.unbalanced + 1,
});

export const waitingListAggregate: Aggregate<
  WaitingCommand,
  WaitingList,
  WaitingListEvent,
  WaitingRefusal
> = {
  category: 'waiting-list',
  initial: { entries: [], unbalanced: 0 },
  decide,
  evolve,
};
