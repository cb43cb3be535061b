/**
 * The places of counted offers. A place is held for a referral, never for a name. Written by services/resources.
 * Storage formats: never edit an event schema that has shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import type { EventContract, EventOf } from './event-contract.ts';
import { OfferId, ReferralId, ReservationId } from './ids.ts';
import { Code } from './values.ts';

/** Places of one pool: what an append and a command can carry at once. */
export const placesMax = 2_000;
export const placeCount = z.number().int().min(0).max(placesMax);

/** `POST /v1/offers/:id/places/resize`. */
export const ResizePlaces = z.strictObject({ capacity: placeCount }).meta({ id: 'ResizePlaces' });

const held = { offer: OfferId, referral: ReferralId, reservation: ReservationId };

/** Why there is no place: reason codes of referrals. */
export const PlaceRefusal = z.enum(['no_capacity', 'place_no_longer_available']);
export type PlaceRefusal = z.infer<typeof PlaceRefusal>;

const poolSchemas = {
  'place-pool-opened.v1': z.strictObject({ offer: OfferId, capacity: placeCount }),
  'place-pool-resized.v1': z.strictObject({ offer: OfferId, capacity: placeCount }),
  /** Nothing is reserved any more; what is held stays until it is released. */
  'place-pool-closed.v1': z.strictObject({ offer: OfferId }),
  'place-reserved.v1': z.strictObject(held),
  'place-refused.v1': z.strictObject({ ...held, reason: Code }),
  'place-released.v1': z.strictObject(held),
  /**
   * The balance of all events before it, so that nobody has to read them to decide. `settled`: the latest
   * reservations that were refused or released, oldest first.
   */
  'place-pool-balanced.v1': z.strictObject({
    offer: OfferId,
    pool: z.enum(['unknown', 'open', 'closed']),
    capacity: placeCount,
    held: z.array(z.strictObject({ referral: ReferralId, reservation: ReservationId })),
    settled: z.array(ReservationId),
  }),
};
/** Events of `place-pool-<offerId>`. */
export type PlacePoolEvent = EventOf<typeof poolSchemas>;
export const placePoolContract: EventContract<PlacePoolEvent> = {
  schemas: poolSchemas,
  upcasters: {},
};
