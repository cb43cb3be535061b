import type { ReferralEvent } from '@relais/contracts/referral-events';
import type { Audience } from '@relais/contracts/referrals';
import { type Fact, instant, sealedAt } from '../fold.ts';
import { noDate, type ReferralRow } from './rows.ts';

type Of<Type extends ReferralEvent['type']> = Extract<ReferralEvent, { type: Type }>;

/** The row of a new draft. */
export function drafted(
  fact: Fact<ReferralEvent>,
  data: Of<'referral-drafted.v1'>['data'],
): ReferralRow {
  const { record, at, id } = fact;
  return {
    ...{ id, case_id: data.case, sender: data.sender, receiver: data.receiver },
    ...{ persons: data.persons, kind: data.kind, themes: data.themes, target: data.target },
    ...{ priority: data.priority, state: 'draft', parent: data.parent, child: null },
    need: sealedAt(fact, 'need', data.need),
    ...{ categories: [], shared: [], offer: null, policy: null },
    ...{ acknowledge_by: null, second_reminder_at: null, decide_by: null, expires_at: null },
    ...{ due_at: noDate, review_by: null, resume_by: null, waitlist_position: null },
    ...{ pending_acceptance: null, reservation: null, cancellation_requested: null },
    ...{ reason: null, outcome: null, declined_by: null, told_sender: true, told_person: true },
    ...{ placed_elsewhere: null, reminders: 0, escalated_at: null, drafted_at: at, sent_at: null },
    ...{ acknowledged_at: null, decided_at: null, declined_at: null, ended_at: null, breaches: [] },
    ...{ last_event_at: at, revision: record.revision, position: record.position },
  };
}

/** What the event brings to the row as it was before, beyond state, parties and dates of the state. */
export function change(fact: Fact<ReferralEvent>, before: ReferralRow): Partial<ReferralRow> {
  const { event, at } = fact;
  switch (event.type) {
    case 'referral-sent.v1': {
      const { persons, kind, themes, priority, categories, offer } = event.data;
      const shared = event.data.shared.map((item, index) =>
        sealedAt(fact, `shared.${index}`, item),
      );
      const dates = pinned(event.data.deadlines);
      return { persons, kind, themes, priority, categories, offer, shared, ...dates, sent_at: at };
    }
    case 'referral-claimed.v1':
      return { offer: event.data.offer };
    case 'referral-waitlisted.v1':
      return {
        waitlist_position: event.data.position,
        review_by: instant(event.data.reviewBy),
      };
    case 'referral-place-requested.v1': {
      const { offer, reservation } = event.data;
      return { pending_acceptance: { offer, reservation, at } };
    }
    case 'referral-place-refused.v1':
      return { pending_acceptance: null };
    case 'referral-place-released.v1':
      // One that came too late may be another than the one that is held by now.
      return event.data.reservation === before.reservation ? { reservation: null } : {};
    case 'referral-accepted.v1':
      return { reservation: event.data.place?.reservation ?? null };
    case 'referral-info-supplied.v2':
      return { categories: [...new Set([...before.categories, ...event.data.categories])] };
    case 'referral-redirected.v1':
      return { child: event.data.child };
    case 'referral-reminded.v1':
      return { reminders: event.data.reminder };
    case 'referral-escalated.v1':
      return { escalated_at: at };
    case 'referral-held.v1':
      return { reason: event.data.reason, resume_by: instant(event.data.resumeBy) };
    case 'referral-resumed.v1':
      return { reason: null };
    case 'referral-flagged.v1':
      return { placed_elsewhere: event.data.other };
    default:
      return ending(fact);
  }
}

function ending({ event, at }: Fact<ReferralEvent>): Partial<ReferralRow> {
  switch (event.type) {
    case 'referral-declined.v1': {
      const { reason, declinedBy, visibleTo } = event.data;
      return { reason, declined_by: declinedBy, ...toldTo(visibleTo), declined_at: at };
    }
    case 'referral-withdrawn.v1':
      return { reason: event.data.reason, ...toldAll };
    case 'referral-cancelled.v1':
      return { reason: event.data.reason, ...toldAll, cancellation_requested: null };
    case 'referral-cancellation-requested.v1': {
      const { reason, requestedBy } = event.data;
      return { cancellation_requested: { reason, requestedBy, at } };
    }
    case 'referral-completed.v1':
    case 'referral-failed.v1': {
      const told = { ...toldTo(event.data.visibleTo), cancellation_requested: null };
      return event.type === 'referral-completed.v1'
        ? { reason: null, outcome: event.data.outcome, ...told }
        : { reason: event.data.reason, ...told };
    }
    case 'referral-unaccepted.v2':
      return { decided_at: null, cancellation_requested: null };
    case 'referral-reopened.v2': {
      const cleared = { reason: null, outcome: null, declined_by: null, ...toldAll };
      const again = { reminders: 0, escalated_at: null, decided_at: null, declined_at: null };
      return { ...cleared, ...again, ...pinned(event.data.deadlines), offer: event.data.offer };
    }
    default:
      return {};
  }
}

const toldAll = { told_sender: true, told_person: true };
const toldTo = (visibleTo: readonly Audience[]) => ({
  told_sender: visibleTo.includes('sender'),
  told_person: visibleTo.includes('person'),
});

const pinned = (deadlines: Of<'referral-sent.v1'>['data']['deadlines']) => ({
  policy: deadlines.policy,
  acknowledge_by: instant(deadlines.acknowledgeBy),
  second_reminder_at: instant(deadlines.secondReminderAt),
  decide_by: instant(deadlines.decideBy),
  expires_at: instant(deadlines.expiresAt),
});
