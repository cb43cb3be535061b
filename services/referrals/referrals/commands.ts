import type { CaseFacts } from '@relais/contracts/cases';
import type { DeadlinePolicy, Priority } from '@relais/contracts/deadlines';
import * as examples from '@relais/contracts/examples';
import type {
  AssociationId,
  CaseId,
  ConsentId,
  PersonId,
  ReferralId,
  ReservationId,
} from '@relais/contracts/ids';
import {
  AcceptReferral,
  AddReferralNote,
  CancelReferral,
  ClaimReferral,
  CompleteReferral,
  DeclineReferral,
  DraftReferral,
  FailReferral,
  HoldReferral,
  NoBody,
  type OfferFact,
  RedirectReferral,
  type ReferralAction,
  type ReferralKind,
  RequestCancellation,
  RequestInfo,
  SendReferral,
  SupplyInfo,
  type Target,
  WaitlistReferral,
  WithdrawReferral,
  WithNote,
} from '@relais/contracts/referrals';
import type { Category, Sealed } from '@relais/contracts/sealed';
import type { ZodType } from 'zod';
import type { Command } from '../command.ts';
import type { Consents } from '../consents/state.ts';

/** The body that each action takes: the routes are made from it. */
export const referralBodies = {
  draft: DraftReferral.meta({ example: examples.draftReferral }),
  send: SendReferral.meta({ example: examples.sendReferral }),
  acknowledge: NoBody,
  claim: ClaimReferral,
  requestInfo: RequestInfo,
  supplyInfo: SupplyInfo,
  waitlist: WaitlistReferral,
  accept: AcceptReferral,
  decline: DeclineReferral.meta({ example: examples.declineReferral }),
  redirect: RedirectReferral.meta({ example: examples.redirectReferral }),
  withdraw: WithdrawReferral,
  start: NoBody,
  hold: HoldReferral,
  resume: NoBody,
  complete: CompleteReferral.meta({ example: examples.completeReferral }),
  fail: FailReferral,
  requestCancellation: RequestCancellation,
  cancel: CancelReferral,
  unaccept: WithNote,
  reopen: WithNote,
  close: NoBody,
  enteredInError: WithNote,
  note: AddReferralNote,
} as const satisfies { readonly [Action in ReferralAction]: ZodType };

/** The actions that owe a text. */
export const owesText: ReadonlySet<ReferralAction> = new Set([
  ...(['requestInfo', 'supplyInfo', 'unaccept', 'reopen', 'enteredInError'] as const),
]);

/** The consents of the case, and the policy in force. */
type Sharing = { readonly consents: Consents; readonly policy: DeadlinePolicy };
/** The offer the referral is for as it stands now; null where there is none. */
type Offered = { readonly offer: OfferFact | null };
/** Whether the association that the target names, itself or by its offer, works with cases; true where it names none. */
type Addressed = { readonly receiverKnown: boolean };
/** What is about to be shown to the receiver, sealed for this referral. */
type Shared = { readonly shared: readonly Sealed[] };
/** The case as it stands now; null where there is none, or none the caller may know of. */
type Cared = { readonly case: CaseFacts | null };
/** Whether the referral this one was redirected to is still open. */
type Child = { readonly childOpen: boolean };

/** What the route loads for an action from elsewhere, beside the referral itself. */
export type FactsOf = {
  readonly draft: Offered & Addressed & Cared;
  readonly send: Sharing & Offered & Addressed & Shared & Cared;
  /** `offer`: that of the claiming association, where the body names one. */
  readonly claim: Offered & { readonly consents: Consents; readonly eligible: boolean };
  readonly supplyInfo: Shared & Cared & { readonly consents: Consents };
  /** `reservation`: a fresh id for the place, should one be needed. */
  readonly accept: { readonly consents: Consents; readonly reservation: ReservationId };
  /** `child`: a fresh id; `offer`: the new target's, where it is an offer. */
  readonly redirect: Offered & Addressed & { readonly child: ReferralId };
  readonly reopen: Sharing & Offered & Child;
  readonly close: Child;
  /** `note`: a fresh id. */
  readonly note: { readonly note: string };
};
type Facts<Action> = Action extends keyof FactsOf ? FactsOf[Action] : Record<never, never>;

export type UserCommand = {
  [Action in ReferralAction]: Command<Action, (typeof referralBodies)[Action], Facts<Action>>;
}[ReferralAction];

/** What the platform does by itself. `now` is the clock of the process that carries it out. */
export type SystemCommand = { readonly now: string } & (
  | ({
      readonly type: 'openChild';
      readonly parent: ReferralId;
      readonly case: CaseId;
      readonly sender: AssociationId;
      readonly persons: readonly PersonId[];
      readonly kind: ReferralKind;
      readonly themes: readonly string[];
      readonly priority: Priority;
      readonly target: Target;
      /** Sealed anew: `need` for the first event, `shared` for the second. */
      readonly need: Sealed;
      readonly categories: readonly Category[];
    } & Sharing &
      Offered &
      Shared)
  | { readonly type: 'confirmPlace'; readonly reservation: ReservationId }
  | { readonly type: 'refusePlace'; readonly reservation: ReservationId; readonly reason: string }
  | { readonly type: 'remind' | 'remindAgain' | 'escalate' | 'expire' }
  | {
      readonly type: 'consentWithdrawn';
      /** Where it is one consent that was withdrawn. */
      readonly consent: ConsentId | null;
      /** As they stand now. */
      readonly consents: Consents;
      /** `ended`: an exception, by decision. `expired`: a consent or an exception, by its date. */
      readonly because: 'withdrawn' | 'ended' | 'expired';
    }
  | { readonly type: 'flagPlacedElsewhere'; readonly other: ReferralId }
  | ({ readonly type: 'closeLater'; readonly policy: DeadlinePolicy } & Child)
);

export type ReferralCommand = UserCommand | SystemCommand;
export type CommandOf<Type extends ReferralCommand['type']> = Extract<
  ReferralCommand,
  { readonly type: Type }
>;
