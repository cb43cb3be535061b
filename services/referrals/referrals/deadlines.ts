import type {
  DeadlineOverrides,
  DeadlinePolicy,
  Deadlines,
  Priority,
} from '@relais/contracts/deadlines';
import type { Immutable } from '@relais/contracts/event-contract';
import type { ReferralEvent } from '@relais/contracts/referral-events';
import type { SystemAction } from './system-actions.ts';

const secondReminderAfter = 0.75;

/** The dates pinned to a referral sent at `now`. An offer's own spans replace the policy's. */
export function deadlinesFrom(
  now: string,
  priority: Priority,
  policy: DeadlinePolicy,
  overrides: Immutable<DeadlineOverrides> = {},
): Deadlines {
  const sent = Date.parse(now);
  const spans = policy.spans[priority];
  const span = (seconds: number | undefined, byPolicyMs: number) =>
    seconds === undefined ? byPolicyMs : seconds * 1_000;
  const decideBy = sent + span(overrides.decideSeconds, spans.decideMs);
  const acknowledgeMs = span(overrides.acknowledgeSeconds, spans.acknowledgeMs);
  const acknowledgeBy = Math.min(sent + acknowledgeMs, decideBy);
  const second = sent + Math.floor((decideBy - sent) * secondReminderAfter);
  return {
    policy: policy.version,
    acknowledgeBy: iso(acknowledgeBy),
    secondReminderAt: iso(Math.max(second, acknowledgeBy)),
    decideBy: iso(decideBy),
    expiresAt: iso(decideBy + span(overrides.graceSeconds, spans.graceMs)),
  };
}

/** The system action a timer carries out is also its key: a referral has at most one timer of each. */
export type TimerKey = Extract<
  SystemAction,
  'remind' | 'remindAgain' | 'escalate' | 'expire' | 'closeLater'
>;
export type TimerChange =
  | { readonly set: TimerKey; readonly dueAt: string }
  | { readonly cancel: TimerKey };

const deadlineKeys = ['remind', 'remindAgain', 'escalate', 'expire'] as const;
const cancelDeadlines: readonly TimerChange[] = deadlineKeys.map((cancel) => ({ cancel }));
const cancelClose: TimerChange = { cancel: 'closeLater' };

/**
 * What an event does to its referral's timers. Each deadline sets the next, so that none is due before the one
 * it follows was dealt with, however late; a receiver's action and the end stop them.
 */
export function timersOf(
  event: ReferralEvent,
  recordedAt: string,
  policy: DeadlinePolicy,
): readonly TimerChange[] {
  switch (event.type) {
    case 'referral-sent.v1':
      return [{ set: 'remind', dueAt: event.data.deadlines.acknowledgeBy }];
    case 'referral-reopened.v2':
      return [cancelClose, { set: 'remind', dueAt: event.data.deadlines.acknowledgeBy }];
    case 'referral-reminded.v1': {
      const { reminder, deadlines } = event.data;
      return reminder === 1
        ? [{ set: 'remindAgain', dueAt: deadlines.secondReminderAt }]
        : [{ set: 'escalate', dueAt: deadlines.decideBy }];
    }
    case 'referral-escalated.v1':
      return [{ set: 'expire', dueAt: event.data.deadlines.expiresAt }];
    case 'referral-close-postponed.v1':
      return [{ set: 'closeLater', dueAt: event.data.closeAt }];
    case 'referral-closed.v1':
    case 'referral-entered-in-error.v2':
      return [...cancelDeadlines, cancelClose];
    case 'referral-drafted.v1':
    case 'referral-info-supplied.v2':
    case 'referral-note-added.v1':
    case 'referral-flagged.v1':
    case 'referral-place-refused.v1':
    case 'referral-place-released.v1':
    case 'referral-cancellation-requested.v1':
      return [];
    case 'referral-declined.v1':
    case 'referral-withdrawn.v1':
    case 'referral-redirected.v1':
    case 'referral-expired.v1':
    case 'referral-cancelled.v1':
    case 'referral-failed.v1':
    case 'referral-completed.v1':
      return [...cancelDeadlines, { set: 'closeLater', dueAt: closeAt(recordedAt, policy) }];
    default:
      return cancelDeadlines;
  }
}

/** When a referral that ended at `now` is closed by the platform. */
export const closeAt = (now: string, policy: DeadlinePolicy): string =>
  iso(Date.parse(now) + policy.closeMs);

const iso = (ms: number): string => new Date(ms).toISOString();
