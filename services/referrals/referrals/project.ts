import type { ReferralEvent } from '@relais/contracts/referral-events';
import type { ReferralState } from '@relais/contracts/referrals';
import { existing, type StreamTable, tableOf } from '../fold.ts';
import { isAnswer, missed } from './breaches.ts';
import { contribution } from './contributions.ts';
import { change, drafted } from './row-changes.ts';
import { noDate, type ReferralRow } from './rows.ts';
import { deciding } from './states.ts';

/** The state that an event leads to; an event that is not here changes none. */
export const stateAfter: { readonly [Type in ReferralEvent['type']]?: ReferralState } = {
  'referral-drafted.v1': 'draft',
  'referral-sent.v1': 'sent',
  'referral-acknowledged.v1': 'under_review',
  'referral-claimed.v1': 'under_review',
  'referral-info-requested.v2': 'info_requested',
  'referral-info-supplied.v2': 'under_review',
  'referral-waitlisted.v1': 'waitlisted',
  'referral-accepted.v1': 'accepted',
  'referral-declined.v1': 'declined',
  'referral-redirected.v1': 'redirected',
  'referral-withdrawn.v1': 'withdrawn',
  'referral-expired.v1': 'expired',
  'referral-started.v1': 'in_progress',
  'referral-held.v1': 'on_hold',
  'referral-resumed.v1': 'in_progress',
  'referral-completed.v1': 'completed',
  'referral-failed.v1': 'failed',
  'referral-cancelled.v1': 'cancelled',
  'referral-unaccepted.v2': 'under_review',
  'referral-reopened.v2': 'under_review',
  'referral-closed.v1': 'closed',
  'referral-entered-in-error.v2': 'entered_in_error',
};

const decisions = new Set<ReferralEvent['type']>([
  'referral-accepted.v1',
  'referral-declined.v1',
  'referral-redirected.v1',
]);
const ends = new Set<ReferralState>([
  ...(['declined', 'withdrawn', 'redirected', 'expired', 'cancelled', 'failed'] as const),
  ...(['completed', 'closed', 'entered_in_error'] as const),
]);

const referral: StreamTable<ReferralRow, ReferralEvent> = {
  name: 'referral',
  key: ['id'],
  touches: ({ id }) => [{ id }],
  fold(row, fact) {
    const { event, record, at } = fact;
    const before =
      event.type === 'referral-drafted.v1' ? drafted(fact, event.data) : existing(row, fact);
    const state = stateAfter[event.type] ?? before.state;
    const changed: ReferralRow = {
      ...before,
      ...change(fact, before),
      state,
      sender: event.data.sender,
      receiver: event.data.receiver,
      acknowledged_at: before.acknowledged_at ?? (isAnswer(event) ? at : null),
      decided_at: decisions.has(event.type) ? at : before.decided_at,
      ended_at: ends.has(state) ? (before.ended_at ?? at) : null,
      breaches: [...before.breaches, ...missed(before, fact)],
      last_event_at: at,
      revision: record.revision,
      position: record.position,
    };
    return { ...changed, ...endedWith(state), due_at: dueAt(changed) };
  },
};

/** What a state brought ends with it, whatever it ends by. */
const endedWith = (state: ReferralState): Partial<ReferralRow> => ({
  ...(state !== 'waitlisted' && { review_by: null, waitlist_position: null }),
  ...(state !== 'on_hold' && { resume_by: null }),
  ...(!deciding.some((one) => one === state) && { pending_acceptance: null }),
});

function dueAt(row: ReferralRow): string {
  switch (row.state) {
    case 'sent':
      return row.acknowledge_by ?? noDate;
    case 'under_review':
    case 'info_requested':
      return row.decide_by ?? noDate;
    case 'waitlisted':
      return row.review_by ?? noDate;
    case 'on_hold':
      return row.resume_by ?? noDate;
    default:
      return noDate;
  }
}

/** Events of `referral-<uuid>` become the referral and what was added to it. */
export const referralTables = [tableOf('referral', referral), tableOf('referral', contribution)];
