/**
 * Consents and exceptions end by their dates. The guards ask for live consent at every step, so that nothing new is
 * shared after that; but a referral nobody has answered would lie in the receiver's inbox with what was shared. So a
 * timer per consent (not per referral: referrals rest on several consents, and come and go) withdraws those that
 * nothing else covers. Who is served already goes on being served (see `consentWithdrawn` in the rules).
 */
import { consentContract } from '@relais/contracts/consents';
import { CaseId } from '@relais/contracts/ids';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Timer, TimerChange } from '@relais/event-log/timer-rows';
import { dueNow, timerCause } from './deadlines.ts';
import { stopSharing } from './stop-sharing.ts';
import type { Reacting } from './system-command.ts';

/** One timer per consent or exception that ends by a date. */
export function planConsentDates(record: Recorded): readonly TimerChange[] {
  const { type, data } = parse(consentContract, record);
  const timed = { correlationId: record.metadata.correlationId };
  switch (type) {
    case 'consent-given.v1':
      return data.validUntil === null
        ? []
        : [{ set: data.consent, dueAt: data.validUntil, data: timed }];
    case 'consent-withdrawn.v1':
      return [{ cancel: data.consent }];
    case 'consent-exception-recorded.v1':
      return [{ set: data.exception, dueAt: data.until, data: timed }];
    case 'consent-exception-ended.v1':
      return [{ cancel: data.exception }];
  }
}

/**
 * Decides on the open referrals of the case again. What is in the log by now is in the rows; what is sent later asks
 * for itself (`stopIfWithdrawnMeanwhile`).
 */
export async function fireConsentDate(desk: Reacting, timer: Timer): Promise<void> {
  await stopSharing(desk, {
    cause: timerCause('consent-expired', timer),
    case: CaseId.parse(streamId(timer)),
    consent: null,
    because: 'expired',
    now: dueNow(desk, timer),
    position: await desk.log.head(),
  });
}
