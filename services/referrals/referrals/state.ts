import type { Deadlines, Priority } from '@relais/contracts/deadlines';
import type { Grounds } from '@relais/contracts/grounds';
import type {
  AssociationId,
  CaseId,
  OfferId,
  PersonId,
  ReferralId,
  ReservationId,
} from '@relais/contracts/ids';
import type {
  OfferSnapshot,
  ReferralKind,
  ReferralState,
  Target,
} from '@relais/contracts/referrals';
import type { Category } from '@relais/contracts/sealed';

type Reservation = { readonly offer: OfferId; readonly reservation: ReservationId };

/** Between a counted offer's `accept` and its answer a place is `requested`; then it is `held` until released or used. */
export type Place =
  | ({ readonly is: 'requested'; readonly grounds: Grounds } & Reservation)
  | ({ readonly is: 'held' } & Reservation)
  | { readonly is: 'none' };

export type DraftedReferral = {
  readonly status: ReferralState;
  readonly case: CaseId;
  readonly persons: readonly PersonId[];
  readonly kind: ReferralKind;
  readonly themes: readonly string[];
  readonly priority: Priority;
  readonly target: Target;
  readonly sender: AssociationId;
  /** The addressee, or who claimed it; null while it is open to all eligible. */
  readonly receiver: AssociationId | null;
  readonly parent: ReferralId | null;
  readonly child: ReferralId | null;
  /** Whether it ever left its sender, and with what. */
  readonly sent: boolean;
  readonly categories: readonly Category[];
  readonly offer: OfferSnapshot | null;
  readonly deadlines: Deadlines | null;
  /** Stopped by any action of the receiver and by the end. */
  readonly clock: 'none' | 'running' | 'stopped';
  readonly reminders: 0 | 1 | 2;
  readonly escalated: boolean;
  readonly place: Place;
  /** Every reservation asked for; of these, the ones used up and the ones given back, each once at most. */
  readonly asked: readonly ReservationId[];
  readonly used: readonly ReservationId[];
  readonly released: readonly ReservationId[];
  readonly cancellationRequested: boolean;
  /** The receiver itself said no, or that it is done: it may reopen that. */
  readonly endedByReceiver: boolean;
  readonly flaggedFor: readonly ReferralId[];
};
export type Referral = { readonly status: 'absent' } | DraftedReferral;

export const absent: Referral = { status: 'absent' };
