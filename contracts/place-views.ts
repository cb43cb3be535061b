/** Places as the resources service answers them. */
import { z } from 'zod';
import {
  AssociationId,
  OfferId,
  PersonId,
  ReferralId,
  ReservationId,
  UnavailabilityId,
  UnitId,
} from './ids.ts';
import { PlaceStage } from './places.ts';

const Counted = {
  capacity: z.int(),
  /** Held by somebody, whether or not anybody is there yet. */
  reserved: z.int(),
  /** Not given at the moment. */
  unavailable: z.int(),
  available: z.int(),
};

export const UnitState = z.enum(['vacant', ...PlaceStage.options, 'unavailable']);
export type UnitState = z.infer<typeof UnitState>;

const Reservation = z.object({
  reservation: ReservationId,
  referral: ReferralId.nullable(),
  person: PersonId.nullable(),
  /** Who keeps the place without a referral. */
  association: AssociationId.nullable(),
  unit: UnitId.nullable(),
  stage: PlaceStage,
  /** It goes back by itself then, unless it is confirmed. */
  heldUntil: z.iso.datetime().nullable(),
  reservedAt: z.iso.datetime(),
  occupiedOn: z.iso.date().nullable(),
  leavesOn: z.iso.date().nullable(),
});
const Unit = z.object({
  unit: UnitId,
  label: z.string(),
  accessible: z.boolean(),
  publics: z.array(z.string()),
  state: UnitState,
});
const Unavailability = z.object({
  unavailability: UnavailabilityId,
  unit: UnitId.nullable(),
  places: z.int(),
  reason: z.string(),
  from: z.iso.datetime(),
  until: z.iso.datetime().nullable(),
  began: z.boolean(),
});

export const PlacesView = z
  .object({
    offer: OfferId,
    state: z.enum(['open', 'closed']),
    revision: z.string().regex(/^\d+$/),
    /** How long people stay; null where nobody does. */
    policy: z.string().nullable(),
    ...Counted,
    /** All for the offering association and its coordinators; for others those that they keep, null where they keep none. */
    reservations: z.array(Reservation).nullable(),
    /** For the offering association and its coordinators; null for everyone else, as what is below. */
    units: z.array(Unit).nullable(),
    unavailabilities: z.array(Unavailability).nullable(),
  })
  .meta({ id: 'Places' });
export type PlacesView = z.infer<typeof PlacesView>;

/** Numbers at the end of each day, in France; those of a month are the means of its days. */
export const OccupancyView = z
  .object({
    offer: OfferId,
    step: z.enum(['day', 'month']),
    periods: z.array(
      z.object({
        /** First day of the period that has numbers. */
        from: z.iso.date(),
        capacity: z.number(),
        unavailable: z.number(),
        reserved: z.number(),
        occupied: z.number(),
        /** Occupied of those that could be given; null where there were none. */
        rate: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'Occupancy' });
export type OccupancyView = z.infer<typeof OccupancyView>;
export type Occupancy = OccupancyView['periods'][number];
