/** Stays as the resources service answers them. */
import { z } from 'zod';
import { AssociationId, OfferId, PersonId, ReferralId, ReservationId, StayId } from './ids.ts';
import { StayPolicy } from './stay-policies.ts';
import { StayAction, StayState } from './stays.ts';

export const StayView = z
  .object({
    id: StayId,
    state: StayState,
    revision: z.string().regex(/^\d+$/),
    offer: OfferId,
    association: AssociationId,
    reservation: ReservationId,
    referral: ReferralId.nullable(),
    person: PersonId.nullable(),
    /** Name of the policy that its place was reserved under. */
    policy: z.string(),
    /** The version that was valid when the person came; null before. */
    terms: StayPolicy.nullable(),
    offeredAt: z.iso.datetime(),
    arrivedOn: z.iso.date().nullable(),
    /** The last day, renewals included. */
    endsOn: z.iso.date().nullable(),
    /** The first day on which it can be renewed; null where it cannot be any more, or nobody lives there. */
    renewableFrom: z.iso.date().nullable(),
    leavesOn: z.iso.date().nullable(),
    endedOn: z.iso.date().nullable(),
    renewals: z.int(),
    /** Renewals that came after the end they renew, and their days. */
    lateRenewals: z.int(),
    lateDays: z.int(),
    overstaying: z.boolean(),
    /** Days after the last end, once the stay is over. */
    overstayDays: z.int(),
    /** Where the person went, why the place was refused, or why the stay was cancelled; null for who keeps the place. */
    outcome: z.string().nullable(),
    allowedActions: z.array(StayAction),
  })
  .meta({ id: 'Stay' });
export type StayView = z.infer<typeof StayView>;

/** What stays of one offer come to. A period counts what began or ended in it. */
export const StayFigures = z
  .object({
    offer: OfferId,
    from: z.iso.date(),
    to: z.iso.date(),
    /** Now. */
    living: z.int(),
    renewalDue: z.int(),
    overstaying: z.int(),
    /** In the period. */
    arrived: z.int(),
    ended: z.int(),
    refused: z.int(),
    /** Of those that ended in the period: mean days from arrival to end; null where none did. */
    meanDays: z.number().nullable(),
    lateRenewals: z.int(),
    overstays: z.int(),
    outcomes: z.array(z.object({ outcome: z.string(), count: z.int() })),
  })
  .meta({ id: 'StayFigures' });
export type StayFigures = z.infer<typeof StayFigures>;
