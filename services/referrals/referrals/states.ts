/** States by what they have in common, and how a row of the table of actions is written. */
import type { ReferralEventType } from '@relais/contracts/referral-events';
import type { ReferralState } from '@relais/contracts/referrals';
import type { Relation } from './relation.ts';

export type From = ReferralState | 'absent';
export type Moves = { readonly [State in From]?: ReferralState };

export type Row = {
  /** Where it leads from each state it is possible in. */
  readonly moves: Moves;
  readonly who: readonly Relation[];
  /** The event at its first place in the log; sealed texts of the body are sealed for it. */
  readonly event: ReferralEventType;
  readonly guard: string;
  readonly carries: string;
};

export const beforeAcceptance = ['sent', 'under_review', 'info_requested', 'waitlisted'] as const;
export const serving = ['accepted', 'in_progress', 'on_hold'] as const;
export const endedStates = [
  'declined',
  'withdrawn',
  'redirected',
  'expired',
  'cancelled',
  'failed',
  'completed',
] as const;
export const openStates = ['draft', ...beforeAcceptance, ...serving] as const;
export const finalStates = ['closed', 'entered_in_error'] as const;
export const everyState = [...openStates, ...endedStates, ...finalStates] as const;

/** Sent and not ended, or not yet sent. */
export const isOpen = (state: From): boolean => openStates.some((open) => open === state);
/** Ended, and may still be reopened or closed. */
export const isEnded = (state: From): boolean => endedStates.some((ended) => ended === state);
/** Nothing leads out of it. */
export const isFinal = (state: From): boolean => finalStates.some((final) => final === state);

/** From each of these states to this one. */
export const from = (states: readonly From[], to: ReferralState): Moves =>
  Object.fromEntries(states.map((state) => [state, to]));
/** Possible in each of these states, and changes none. */
export const staying = (states: readonly ReferralState[]): Moves =>
  Object.fromEntries(states.map((state) => [state, state]));
export const deciding = ['sent', 'under_review', 'waitlisted'] as const;
export const nothing = '–';

/** A row of the table: moves, who, first event, guard, what it carries. */
export const row = (
  moves: Moves,
  who: readonly Relation[],
  event: ReferralEventType,
  guard: string,
  carries: string,
): Row => ({ moves, who, event, guard, carries });
