/**
 * Events of `referral-<uuid>`. Each names the case, sender and receiver, so that whoever reacts needs no other
 * source. Storage formats: never edit one that has shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import { NoteId } from './cases.ts';
import { Deadlines, Priority } from './deadlines.ts';
import { becomes, type EventContract, type EventOf } from './event-contract.ts';
import { Grounds } from './grounds.ts';
import { AssociationId, CaseId, OfferId, PersonId, ReferralId, ReservationId } from './ids.ts';
import { Audience, OfferSnapshot, ReferralKind, ReferralState, Target } from './referrals.ts';
import { Category, Sealed } from './sealed.ts';
import { Code, Instant } from './values.ts';

const parties = { case: CaseId, sender: AssociationId, receiver: AssociationId.nullable() };
const said = { text: Sealed.nullable() };
const place = { offer: OfferId, reservation: ReservationId };
const By = z.enum(['sender', 'receiver', 'coordinator', 'system']);
const bare = z.strictObject(parties);

const shipped = {
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

/** Of a person who was forgotten nothing can be sealed: since `.v2` the text may be missing. */
const silent = {
  'referral-info-requested.v2': shipped['referral-info-requested.v1'].extend(said),
  'referral-info-supplied.v2': shipped['referral-info-supplied.v1'].extend(said),
  'referral-unaccepted.v2': shipped['referral-unaccepted.v1'].extend(said),
  'referral-reopened.v2': shipped['referral-reopened.v1'].extend(said),
  'referral-entered-in-error.v2': shipped['referral-entered-in-error.v1'].extend(said),
};
const upcasters = {
  'referral-info-requested.v1': becomes('referral-info-requested.v2'),
  'referral-info-supplied.v1': becomes('referral-info-supplied.v2'),
  'referral-unaccepted.v1': becomes('referral-unaccepted.v2'),
  'referral-reopened.v1': becomes('referral-reopened.v2'),
  'referral-entered-in-error.v1': becomes('referral-entered-in-error.v2'),
};
const schemas = { ...shipped, ...silent };

export type ReferralEvent = Exclude<EventOf<typeof schemas>, { type: keyof typeof upcasters }>;
export type ReferralEventType = ReferralEvent['type'];
export const referralContract: EventContract<ReferralEvent> = { schemas, upcasters };
