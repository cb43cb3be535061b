/**
 * Referrals: a person's need put to another association, with what the person agreed to share. States, actions and
 * the bodies of commands here; events in referral-events.ts; who may do what when in
 * services/referrals/referrals/actions.ts.
 */
import { z } from 'zod';
import { DeadlineOverrides, Priority } from './deadlines.ts';
import type { Immutable } from './event-contract.ts';
import { AssociationId, CaseId, OfferId, PersonId } from './ids.ts';
import { owedUnlessForgotten, personal } from './personal.ts';
import {
  DeclineReason,
  EndReason,
  HoldReason,
  Outcome,
  ofWhom,
  WithdrawalReason,
} from './reason-codes.ts';
import { Category } from './sealed.ts';
import { Theme } from './themes.ts';
import { Instant, OccurredAt, text } from './values.ts';

export const ReferralState = z.enum([
  'draft',
  'sent',
  'under_review',
  'info_requested',
  'waitlisted',
  'accepted',
  'in_progress',
  'on_hold',
  'declined',
  'withdrawn',
  'redirected',
  'expired',
  'cancelled',
  'failed',
  'completed',
  'closed',
  'entered_in_error',
]);
export type ReferralState = z.infer<typeof ReferralState>;

/** What people do to a referral; the platform's own actions are in the rules. */
export const ReferralAction = z.enum([
  'draft',
  'send',
  'acknowledge',
  'claim',
  'requestInfo',
  'supplyInfo',
  'waitlist',
  'accept',
  'decline',
  'redirect',
  'withdraw',
  'start',
  'hold',
  'resume',
  'complete',
  'fail',
  'requestCancellation',
  'cancel',
  'unaccept',
  'reopen',
  'close',
  'enteredInError',
  'note',
]);
export type ReferralAction = z.infer<typeof ReferralAction>;

/** A placement asks for a place to stay; a person needs one, so accepting it flags the others. */
export const ReferralKind = z.enum(['placement', 'service']);
export type ReferralKind = z.infer<typeof ReferralKind>;
export const Audience = z.enum(['sender', 'person']);
export type Audience = z.infer<typeof Audience>;

/** What is asked for: an offer, an association, or whichever eligible association claims it first. */
export const Target = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('offer'), offer: OfferId }),
  z.strictObject({ to: z.literal('association'), association: AssociationId }),
  z.strictObject({ to: z.literal('eligible') }),
]);
export type Target = Immutable<z.infer<typeof Target>>;

/** An offer as it stood when the referral was sent, claimed or reopened; pinned to the referral. */
export const OfferSnapshot = z.strictObject({
  offer: OfferId,
  association: AssociationId,
  /** Its places are counted: accepting reserves one first. */
  counted: z.boolean(),
  hasWaitingList: z.boolean(),
  deadlines: DeadlineOverrides,
});
export type OfferSnapshot = Immutable<z.infer<typeof OfferSnapshot>>;
/** The offer as it stands now; loaded by the route. */
export type OfferFact = OfferSnapshot & { readonly open: boolean };

const Words = personal('social', text(5_000));
const words = Words.nullable().default(null);
/** The action owes it; who carries it out looks whether anybody is left whom it could be about. */
const owed = words.describe(owedUnlessForgotten);
const visibleTo = z.array(Audience).max(2).default(['sender']);

export const DraftReferral = z.strictObject({
  case: CaseId,
  persons: z
    .array(PersonId)
    .min(1)
    .max(20)
    .refine((persons) => new Set(persons).size === persons.length, {
      error: 'a person stands twice',
    }),
  kind: ReferralKind,
  themes: z.array(Theme).min(1).max(5),
  need: personal('social', text(2_000)),
  target: Target,
  priority: Priority.default('normal'),
  occurredAt: OccurredAt,
});
/** `categories`: what of the case to share; without it, all that the person agreed to and did not withhold. */
export const SendReferral = z.strictObject({
  categories: z.array(Category).min(1).max(7).nullable().default(null),
  occurredAt: OccurredAt,
});
/** `offer`: which of the claiming association's offers it is claimed for. */
export const ClaimReferral = z.strictObject({
  offer: OfferId.nullable().default(null),
  occurredAt: OccurredAt,
});
export const RequestInfo = z.strictObject({
  text: owed,
  categories: z.array(Category).max(7).default([]),
  occurredAt: OccurredAt,
});
export const SupplyInfo = z.strictObject({
  text: owed,
  categories: z.array(Category).max(7).default([]),
  occurredAt: OccurredAt,
});
export const WaitlistReferral = z.strictObject({
  position: z.number().int().min(1).max(10_000).nullable().default(null),
  reviewBy: Instant,
  occurredAt: OccurredAt,
});
export const AcceptReferral = z.strictObject({ text: words, occurredAt: OccurredAt });
export const DeclineReferral = z
  .strictObject({
    reason: DeclineReason,
    declinedBy: z.enum(['receiver', 'person']),
    text: words,
    visibleTo,
    occurredAt: OccurredAt,
  })
  .superRefine(({ reason, declinedBy }, context) => ofWhom(declinedBy, reason, context));
export const RedirectReferral = z.strictObject({
  target: Target,
  text: words,
  occurredAt: OccurredAt,
});
/** Withdrawn by the sender, or because the person asks for it. */
export const WithdrawReferral = z.strictObject({
  reason: WithdrawalReason,
  requestedBy: z.enum(['sender', 'person']),
  text: words,
  occurredAt: OccurredAt,
});
export const HoldReferral = z.strictObject({
  reason: HoldReason,
  resumeBy: Instant,
  text: words,
  occurredAt: OccurredAt,
});
export const CompleteReferral = z.strictObject({
  outcome: Outcome,
  text: words,
  visibleTo,
  occurredAt: OccurredAt,
});
export const FailReferral = z.strictObject({
  reason: EndReason,
  text: words,
  visibleTo,
  occurredAt: OccurredAt,
});
export const RequestCancellation = z
  .strictObject({
    reason: EndReason,
    requestedBy: z.enum(['sender', 'person']),
    text: words,
    occurredAt: OccurredAt,
  })
  .superRefine(({ reason, requestedBy }, context) => ofWhom(requestedBy, reason, context));
export const CancelReferral = z.strictObject({
  reason: EndReason,
  text: words,
  occurredAt: OccurredAt,
});
export const AddReferralNote = z.strictObject({ text: Words, occurredAt: OccurredAt });
/** A note that the action must carry. */
export const WithNote = z.strictObject({ text: owed, occurredAt: OccurredAt });
export const NoBody = z.strictObject({ occurredAt: OccurredAt });
