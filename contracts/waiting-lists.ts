/**
 * Who waits for a place of an offer: referrals, by priority and then by the day they were put on the list. Written by
 * services/resources. Storage formats: never edit an event schema that has shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import { Priority } from './deadlines.ts';
import type { EventContract, EventOf, Immutable } from './event-contract.ts';
import { AssociationId, OfferId, ReferralId, ReservationId } from './ids.ts';
import { Code, Instant } from './values.ts';

/** Entries of one list: what a balance can carry. */
export const waitingMax = 1_000;

export const MoveReason = z.enum([
  'vulnerability',
  'health',
  'family_reunited',
  'fits_the_place',
  'correction',
  'decision_of_authority',
]);
export type MoveReason = z.infer<typeof MoveReason>;

/** `POST /v1/offers/:id/waiting-list/move`: before this one, or to the end of the list. */
export const MoveEntry = z
  .strictObject({
    referral: ReferralId,
    before: ReferralId.nullable(),
    reason: MoveReason,
  })
  .meta({ id: 'MoveEntry' });

/** `proposal`: the reservation that is kept for it. `passes`: how often it let a proposed place go. */
const entry = {
  referral: ReferralId,
  association: AssociationId,
  sender: AssociationId,
  priority: Priority,
  since: Instant,
  reviewBy: Instant,
};
const WaitingEntry = z.strictObject({
  ...entry,
  passes: z.int().min(0),
  proposal: z.strictObject({ reservation: ReservationId, until: Instant }).nullable(),
});
export type WaitingEntry = Immutable<z.infer<typeof WaitingEntry>>;

const named = { offer: OfferId, referral: ReferralId };

const waitingSchemas = {
  'waiting-list-joined.v1': z.strictObject({ offer: OfferId, ...entry }),
  'waiting-list-moved.v1': z.strictObject({
    ...named,
    before: ReferralId.nullable(),
    reason: Code,
  }),
  'waiting-list-left.v1': z.strictObject({ ...named, because: Code }),
  /** A place is to be kept for it until then; for the association to accept the referral. */
  'waiting-list-proposed.v1': z.strictObject({
    ...named,
    association: AssociationId,
    reservation: ReservationId,
    until: Instant,
  }),
  /** The place is not kept for it any more. `passed`: it was, and nobody took it, so that it is the next one's turn. */
  'waiting-list-proposal-lapsed.v1': z.strictObject({
    ...named,
    reservation: ReservationId,
    because: Code,
    passed: z.boolean(),
  }),
  /** All that went before it: nobody reads further back to decide. Entries in their order. */
  'waiting-list-balanced.v1': z.strictObject({
    offer: OfferId,
    entries: z.array(WaitingEntry),
  }),
};
/** Events of `waiting-list-<offerId>`. */
export type WaitingListEvent = EventOf<typeof waitingSchemas>;
export const waitingListContract: EventContract<WaitingListEvent> = {
  schemas: waitingSchemas,
  upcasters: {},
};
