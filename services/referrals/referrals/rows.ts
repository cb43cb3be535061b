/** Rows of referrals and of what was added to them (views.sql). */
import type { ReferralState, Target } from '@relais/contracts/referrals';
import type { SealedAt } from '../fold.ts';

/** Sorts what has no date after everything that has one. */
export const noDate = '9999-12-31T00:00:00.000Z';

export type ReferralRow = {
  readonly id: string;
  readonly case_id: string;
  readonly sender: string;
  readonly receiver: string | null;
  readonly persons: readonly string[];
  readonly kind: string;
  readonly themes: readonly string[];
  readonly target: Target;
  readonly priority: string;
  readonly state: ReferralState;
  readonly parent: string | null;
  readonly child: string | null;
  readonly need: SealedAt;
  readonly categories: readonly string[];
  /** What was shared when it was sent; what was supplied later stands with the contributions. */
  readonly shared: readonly SealedAt[];
  readonly offer: { readonly offer: string; readonly counted: boolean } | null;
  /** Pinned when it was sent; null for a draft. */
  readonly policy: string | null;
  readonly acknowledge_by: string | null;
  readonly second_reminder_at: string | null;
  readonly decide_by: string | null;
  readonly expires_at: string | null;
  /** The next date that concerns somebody, `noDate` when none does: lists sort by it. */
  readonly due_at: string;
  readonly review_by: string | null;
  readonly resume_by: string | null;
  readonly waitlist_position: number | null;
  /** A counted place is being reserved: accepted as soon as it is. */
  readonly pending_acceptance: {
    readonly offer: string;
    readonly reservation: string;
    readonly at: string;
  } | null;
  readonly reservation: string | null;
  readonly cancellation_requested: {
    readonly reason: string;
    readonly requestedBy: string;
    readonly at: string;
  } | null;
  readonly reason: string | null;
  readonly outcome: string | null;
  readonly declined_by: string | null;
  /** Whether the sender may see reason and outcome. */
  readonly told_sender: boolean;
  /** Whether the person may. */
  readonly told_person: boolean;
  readonly placed_elsewhere: string | null;
  readonly reminders: number;
  readonly escalated_at: string | null;
  readonly drafted_at: string;
  readonly sent_at: string | null;
  readonly acknowledged_at: string | null;
  readonly decided_at: string | null;
  readonly declined_at: string | null;
  readonly ended_at: string | null;
  /** Deadlines missed, each with the position of the event that shows it. */
  readonly breaches: readonly { readonly position: string; readonly breach: string }[];
  readonly last_event_at: string;
  readonly revision: bigint;
  readonly position: bigint;
};

/** What a party added to a referral: a text with an action, supplied data, a note. */
export type ContributionRow = {
  /** The event's. */
  readonly id: string;
  readonly referral_id: string;
  readonly case_id: string;
  /** Whose it is; null for the platform's own. */
  readonly association: string | null;
  /** `note`, or the event's name: `declined`, say. */
  readonly kind: string;
  readonly text: SealedAt;
  /** Supplied on request. */
  readonly shared: readonly SealedAt[];
  /** Meant for the sender; the author sees it in any case. */
  readonly told_sender: boolean;
  /** Meant for the person: the export for the person has it. */
  readonly told_person: boolean;
  readonly at: string;
  readonly position: bigint;
};
