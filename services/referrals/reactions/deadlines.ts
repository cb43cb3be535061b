import { deadlinePolicy } from '@relais/contracts/deadlines';
import { ReferralId } from '@relais/contracts/ids';
import { referralContract } from '@relais/contracts/referral-events';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Timer, TimerChange } from '@relais/event-log/timer-rows';
import { type TimerKey, timersOf } from '../referrals/deadlines.ts';
import { isChildOpen } from '../referrals/facts.ts';
import { readReferral } from '../stored.ts';
import { type Cause, type Reacting, referralTarget, submitAs } from './system-command.ts';

type Data = { readonly action: TimerKey; readonly correlationId: string };

/** Reminders, escalation, expiry and closing of the record's referral; each of them one timer at most. */
export function planDeadlines(record: Recorded): readonly TimerChange[] {
  const event = parse(referralContract, record);
  const { correlationId } = record.metadata;
  const keyOf = (action: TimerKey): string => `${record.stream} ${action}`;
  return timersOf(event, record.recordedAt, deadlinePolicy).map((change) =>
    'cancel' in change
      ? { cancel: keyOf(change.cancel) }
      : {
          set: keyOf(change.set),
          dueAt: change.dueAt,
          data: { action: change.set, correlationId } satisfies Data,
        },
  );
}

/**
 * Carries out a deadline. Exact because each step is taken once by the rules, whatever the timers do; what was
 * answered meanwhile refuses it.
 */
export async function fireDeadline(desk: Reacting, timer: Timer, commandId: string): Promise<void> {
  const { action } = timer.data as Data;
  const id = ReferralId.parse(streamId(timer));
  const cause = timerCause('referral-deadline', timer);
  const now = dueNow(desk, timer);
  const command =
    action === 'closeLater'
      ? ({
          type: action,
          now,
          policy: deadlinePolicy,
          childOpen: await hasOpenChild(desk, id),
        } as const)
      : { type: action, now };
  await submitAs(desk, cause, referralTarget(id), command, { commandId });
}

/** What fires acts because of the event that set it. */
export function timerCause(reaction: string, { setBy, data }: Timer): Cause {
  const { correlationId } = data as { readonly correlationId: string };
  return { reaction, eventId: setBy, correlationId };
}

/** The clock, but never before the date itself: a clock set back in between must not lose what was due. */
export function dueNow({ now }: Pick<Reacting, 'now'>, { dueAt }: Timer): string {
  const at = Math.max(now().getTime(), Date.parse(dueAt));
  return new Date(at).toISOString();
}

async function hasOpenChild({ log }: Reacting, id: ReferralId): Promise<boolean> {
  const referral = await readReferral(log, id);
  return referral.status !== 'absent' && (await isChildOpen(log, referral));
}
