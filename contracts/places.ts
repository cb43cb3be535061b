/**
 * The places of counted offers: how many, which are named, and what is held. A place is held for a referral or by an
 * association, never for a name. Written by services/resources. Storage formats: never edit an event schema that has
 * shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import type { EventContract, EventOf, Immutable } from './event-contract.ts';
import {
  AssociationId,
  OfferId,
  PersonId,
  ReferralId,
  ReservationId,
  UnavailabilityId,
  UnitId,
} from './ids.ts';
import { Public } from './offer-codes.ts';
import { StayPolicyName } from './stay-policies.ts';
import { Code, Day, Instant, text } from './values.ts';

/** Places of one pool: what an append and a command can carry at once. */
export const placesMax = 2_000;
/** Places of one pool that have a name. */
export const unitsMax = 500;
/** Times that one pool has places it cannot give, now or planned. */
export const unavailabilitiesMax = 200;
export const placeCount = z.number().int().min(0).max(placesMax);

/** `POST /v1/offers/:id/places/resize`. */
export const ResizePlaces = z.strictObject({ capacity: placeCount }).meta({ id: 'ResizePlaces' });

/** `POST /v1/offers/:id/stay-policy`: how long a stay lasts and how it is renewed. */
export const SetStayPolicy = z
  .strictObject({ policy: StayPolicyName })
  .meta({ id: 'SetStayPolicy', examples: [{ policy: 'cph' }] });

/** `POST /v1/offers/:id/units`: names a place, as “Chambre 12, lit B”. */
export const AddUnit = z
  .strictObject({
    label: text(60),
    accessible: z.boolean().default(false),
    publics: z.array(Public).max(15).default([]),
  })
  .meta({ id: 'AddUnit', examples: [{ label: 'Chambre 12, lit B', publics: ['femmes'] }] });

export const UnavailabilityReason = z.enum([
  'works',
  'damage',
  'staff',
  'kept_for_family',
  'other',
]);
export type UnavailabilityReason = z.infer<typeof UnavailabilityReason>;

/** `POST /v1/offers/:id/unavailabilities`: a named place, or so many. Without `from`, at once; without `until`, until it is ended. */
export const MakeUnavailable = z
  .strictObject({
    unit: UnitId.nullable().default(null),
    places: z.int().min(1).max(placesMax).default(1),
    reason: UnavailabilityReason,
    from: Instant.nullable().default(null),
    until: Instant.nullable().default(null),
  })
  .meta({ id: 'MakeUnavailable', examples: [{ places: 2, reason: 'works' }] });

/** `POST /v1/offers/:id/reservations`: keeps a place until then, without a referral. `person` is a pseudonym. */
export const HoldPlace = z
  .strictObject({ holdUntil: Instant, person: PersonId.nullable().default(null) })
  .meta({ id: 'HoldPlace', examples: [{ holdUntil: '2026-12-01T18:00:00Z' }] });

/** `POST /v1/offers/:id/reservations/:reservation/assign`. */
export const AssignUnit = z.strictObject({ unit: UnitId }).meta({ id: 'AssignUnit' });

const held = { offer: OfferId, referral: ReferralId, reservation: ReservationId };
const place = { offer: OfferId, reservation: ReservationId };
const unavailability = { offer: OfferId, unavailability: UnavailabilityId };

/** Why there is no place: reason codes of referrals. */
export const PlaceRefusal = z.enum(['no_capacity', 'place_no_longer_available']);
export type PlaceRefusal = z.infer<typeof PlaceRefusal>;

/** A vacant place has none of these. */
export const PlaceStage = z.enum(['reserved', 'occupied', 'leaving']);
export type PlaceStage = z.infer<typeof PlaceStage>;

/** `until`: it is only kept, and goes back by itself then. `policy`: of the stay that it is for. */
const HeldPlace = z.strictObject({
  reservation: ReservationId,
  referral: ReferralId.nullable(),
  person: PersonId.nullable(),
  association: AssociationId.nullable(),
  unit: UnitId.nullable(),
  policy: Code.nullable(),
  stage: PlaceStage,
  until: Instant.nullable(),
});
export type HeldPlace = Immutable<z.infer<typeof HeldPlace>>;

const unit = {
  unit: UnitId,
  label: text(60),
  accessible: z.boolean(),
  publics: z.array(Code),
};
const Unit = z.strictObject(unit);
export type Unit = Immutable<z.infer<typeof Unit>>;

const period = {
  unavailability: UnavailabilityId,
  unit: UnitId.nullable(),
  places: z.int().min(1),
  reason: Code,
  from: Instant,
  until: Instant.nullable(),
};
const Unavailability = z.strictObject({ ...period, began: z.boolean() });
export type Unavailability = Immutable<z.infer<typeof Unavailability>>;

const balance = {
  offer: OfferId,
  pool: z.enum(['unknown', 'open', 'closed']),
  capacity: placeCount,
};
const settled = z.array(ReservationId);

const poolSchemas = {
  'place-pool-opened.v1': z.strictObject({ offer: OfferId, capacity: placeCount }),
  'place-pool-resized.v1': z.strictObject({ offer: OfferId, capacity: placeCount }),
  /** Nothing is reserved any more; what is held stays until it is released. */
  'place-pool-closed.v1': z.strictObject({ offer: OfferId }),
  'stay-policy-set.v1': z.strictObject({ offer: OfferId, policy: Code }),
  'place-unit-added.v1': z.strictObject({ offer: OfferId, ...unit }),
  'place-unit-removed.v1': z.strictObject({ offer: OfferId, unit: UnitId }),
  'places-unavailability-planned.v1': z.strictObject({ offer: OfferId, ...period }),
  /** From now on so many places are not given. A named one that is held becomes so when it is vacant. */
  'places-unavailability-began.v1': z.strictObject({ ...unavailability, places: z.int().min(1) }),
  /** `places`: how many can be given again; 0 where it had not begun. */
  'places-unavailability-ended.v1': z.strictObject({
    ...unavailability,
    places: z.int().min(0),
    because: Code,
  }),
  'place-reserved.v1': z.strictObject(held),
  'place-refused.v1': z.strictObject({ ...held, reason: Code }),
  /** The referral does not want it any more. */
  'place-released.v1': z.strictObject(held),
  /** Kept until then: by an association, or for the referral that the waiting list proposes it to. */
  'place-held.v1': z.strictObject({
    ...place,
    referral: ReferralId.nullable(),
    person: PersonId.nullable(),
    association: AssociationId,
    until: Instant,
  }),
  'place-confirmed.v1': z.strictObject(place),
  /** Vacant again, without its referral's doing. */
  'place-given-back.v1': z.strictObject({ ...place, because: Code }),
  'place-assigned.v1': z.strictObject({ ...place, unit: UnitId }),
  'place-occupied.v1': z.strictObject({ ...place, since: Day }),
  /** Since when, told anew. */
  'place-arrival-corrected.v1': z.strictObject({ ...place, since: Day }),
  'place-leaving.v1': z.strictObject({ ...place, leavesOn: Day }),
  /** As it was before places had names and stays. */
  'place-pool-balanced.v1': z.strictObject({
    ...balance,
    held: z.array(z.strictObject({ referral: ReferralId, reservation: ReservationId })),
    settled,
  }),
  /**
   * The balance of all events before it, so that nobody has to read them to decide. `settled`: the latest
   * reservations that were refused, released or given back, oldest first.
   */
  'place-pool-balanced.v2': z.strictObject({
    ...balance,
    policy: Code.nullable(),
    held: z.array(HeldPlace),
    units: z.array(Unit),
    unavailabilities: z.array(Unavailability),
    settled,
  }),
};
type AnyPoolEvent = EventOf<typeof poolSchemas>;
type BalancedV1 = Extract<AnyPoolEvent, { type: 'place-pool-balanced.v1' }>;
/** Events of `place-pool-<offerId>`. */
export type PlacePoolEvent = Exclude<AnyPoolEvent, BalancedV1>;

const heldBare = { person: null, association: null, unit: null, policy: null } as const;
const balancedV2 = ({ held, ...data }: BalancedV1['data']): PlacePoolEvent => ({
  type: 'place-pool-balanced.v2',
  data: {
    ...{ ...data, policy: null, units: [], unavailabilities: [] },
    held: held.map((one) => ({ ...heldBare, ...one, stage: 'reserved', until: null })),
  },
});

export const placePoolContract: EventContract<PlacePoolEvent> = {
  schemas: poolSchemas,
  upcasters: { 'place-pool-balanced.v1': balancedV2 },
};
