/**
 * Events of `referral-<uuid>`. Each names the case, sender and receiver, so that whoever reacts needs no other
 * source. Storage formats: never edit one that has shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import { NoteId } from './cases.ts';
import { ExceptionId } from './consents.ts';
import { Deadlines, Priority } from './deadlines.ts';
import type { EventContract, EventOf, Immutable } from './event-contract.ts';
import {
  AssociationId,
  CaseId,
  ConsentId,
  OfferId,
  PersonId,
  ReferralId,
  ReservationId,
} from './ids.ts';
import { Audience, OfferSnapshot, ReferralKind, ReferralState, Target } from './referrals.ts';
import { Category, Sealed } from './sealed.ts';
import { Code, Instant } from './values.ts';

/** Why data may be shared: the consents and exceptions it rests on. */
export const Grounds = z.array(
  z.discriminatedUnion('by', [
    z.strictObject({ by: z.literal('consent'), consent: ConsentId }),
    z.strictObject({ by: z.literal('exception'), exception: ExceptionId }),
  ]),
);
export type Grounds = Immutable<z.infer<typeof Grounds>>;

const parties = { case: CaseId, sender: AssociationId, receiver: AssociationId.nullable() };
const said = { text: Sealed.nullable() };
const place = { offer: OfferId, reservation: ReservationId };
const By = z.enum(['sender', 'receiver', 'coordinator', 'system']);
const bare = z.strictObject(parties);

const schemas = {
  /** `receiver`: the addressee-to-be; null when it is open to all eligible. */
  'referral-drafted.v1': z.strictObject({
    ...parties,
    persons: z.array(PersonId),
    kind: ReferralKind,
    themes: z.array(Code),
    need: Sealed,
    target: Target,
    priority: Priority,
    /** The referral it was redirected from. */
    parent: ReferralId.nullable(),
  }),
  /** `shared`: per person and category, what the receiver gets to see, sealed for this very event. */
  'referral-sent.v1': z.strictObject({
    ...parties,
    persons: z.array(PersonId),
    kind: ReferralKind,
    themes: z.array(Code),
    priority: Priority,
    categories: z.array(Category),
    shared: z.array(Sealed),
    offer: OfferSnapshot.nullable(),
    grounds: Grounds,
    deadlines: Deadlines,
  }),
  'referral-acknowledged.v1': bare,
  'referral-claimed.v1': z.strictObject({
    ...parties,
    offer: OfferSnapshot.nullable(),
    grounds: Grounds,
  }),
  'referral-info-requested.v1': z.strictObject({
    ...parties,
    text: Sealed,
    categories: z.array(Category),
  }),
  'referral-info-supplied.v1': z.strictObject({
    ...parties,
    text: Sealed,
    categories: z.array(Category),
    shared: z.array(Sealed),
    grounds: Grounds,
  }),
  'referral-waitlisted.v1': z.strictObject({
    ...parties,
    position: z.number().int().nullable(),
    reviewBy: Instant,
  }),
  /** Asks the resources service for a place; `reservation` is the id it is to have. */
  'referral-place-requested.v1': z.strictObject({
    ...parties,
    ...place,
    persons: z.array(PersonId),
    grounds: Grounds,
    ...said,
  }),
  'referral-place-refused.v1': z.strictObject({ ...parties, ...place, reason: Code }),
  'referral-accepted.v1': z.strictObject({
    ...parties,
    kind: ReferralKind,
    persons: z.array(PersonId),
    place: z.strictObject(place).nullable(),
    grounds: Grounds,
    ...said,
  }),
  /** The reservation is no longer wanted. Exactly one per reservation that was held. */
  'referral-place-released.v1': z.strictObject({ ...parties, ...place, because: Code }),
  'referral-declined.v1': z.strictObject({
    ...parties,
    reason: Code,
    declinedBy: z.enum(['receiver', 'person']),
    ...said,
    visibleTo: z.array(Audience),
  }),
  /** `child` is to be opened on `target`, with the same case, persons and need. */
  'referral-redirected.v1': z.strictObject({
    ...parties,
    by: By,
    child: ReferralId,
    target: Target,
    ...said,
  }),
  'referral-withdrawn.v1': z.strictObject({
    ...parties,
    reason: Code,
    requestedBy: z.enum(['sender', 'person']),
    ...said,
  }),
  'referral-reminded.v1': z.strictObject({
    ...parties,
    reminder: z.union([z.literal(1), z.literal(2)]),
    deadlines: Deadlines,
  }),
  'referral-escalated.v1': z.strictObject({ ...parties, deadlines: Deadlines }),
  'referral-expired.v1': z.strictObject({ ...parties, policy: z.string().max(40) }),
  'referral-started.v1': bare,
  'referral-held.v1': z.strictObject({ ...parties, reason: Code, resumeBy: Instant, ...said }),
  'referral-resumed.v1': bare,
  /** `place`: the reservation it used; what becomes of the place is the resources service's business. */
  'referral-completed.v1': z.strictObject({
    ...parties,
    outcome: Code,
    place: z.strictObject(place).nullable(),
    ...said,
    visibleTo: z.array(Audience),
  }),
  'referral-failed.v1': z.strictObject({
    ...parties,
    reason: Code,
    ...said,
    visibleTo: z.array(Audience),
  }),
  'referral-cancellation-requested.v1': z.strictObject({
    ...parties,
    reason: Code,
    requestedBy: z.enum(['sender', 'person']),
    ...said,
  }),
  /** `requested`: the sender had asked for it; a receiver's own is a late refusal. */
  'referral-cancelled.v1': z.strictObject({
    ...parties,
    reason: Code,
    by: By,
    requested: z.boolean(),
    lateRefusal: z.boolean(),
    ...said,
  }),
  'referral-unaccepted.v1': z.strictObject({ ...parties, text: Sealed }),
  'referral-reopened.v1': z.strictObject({
    ...parties,
    by: By,
    from: ReferralState,
    text: Sealed,
    offer: OfferSnapshot.nullable(),
    grounds: Grounds,
    deadlines: Deadlines,
  }),
  'referral-closed.v1': z.strictObject({ ...parties, by: By }),
  /** A child was still open when the platform wanted to close it. */
  'referral-close-postponed.v1': z.strictObject({ ...parties, closeAt: Instant }),
  'referral-entered-in-error.v1': z.strictObject({ ...parties, from: ReferralState, text: Sealed }),
  'referral-note-added.v1': z.strictObject({
    ...parties,
    note: NoteId,
    association: AssociationId,
    text: Sealed,
  }),
  /** To the sender: the person has a place elsewhere. Nothing is closed by it. */
  'referral-flagged.v1': z.strictObject({
    ...parties,
    reason: z.enum(['placed_elsewhere']),
    other: ReferralId,
  }),
};

export type ReferralEvent = EventOf<typeof schemas>;
export type ReferralEventType = ReferralEvent['type'];
export const referralContract: EventContract<ReferralEvent> = { schemas, upcasters: {} };
