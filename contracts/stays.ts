/**
 * Stays: somebody lives in a place for a while. The person is known by the referral or by a pseudonym alone, reasons
 * are codes. Written by services/resources. Storage formats: never edit an event schema that has shipped, add a `.v2`
 * and an upcaster.
 */
import { z } from 'zod';
import type { EventContract, EventOf } from './event-contract.ts';
import { AssociationId, OfferId, PersonId, ReferralId, ReservationId, StayId } from './ids.ts';
import { personReasons } from './reason-codes.ts';
import { RenewalDecider, StayPolicy } from './stay-policies.ts';
import { Code, Day, OccurredAt } from './values.ts';

export const StayState = z
  .enum([
    'offered',
    'accepted',
    'arrived',
    'renewal_due',
    'renewed',
    'leaving',
    'ended',
    'refused',
    'cancelled',
  ])
  .meta({ id: 'StayState' });
export type StayState = z.infer<typeof StayState>;

export const StayAction = z.enum([
  'accept',
  'refuse',
  'arrive',
  'correct-arrival',
  'renew',
  'extend',
  'leave',
  'remain',
  'end',
]);
export type StayAction = z.infer<typeof StayAction>;

/** Why the person does not want the place. */
export const StayRefusal = z.enum([
  ...(Object.keys(personReasons) as (keyof typeof personReasons)[]),
  'too_far',
  'needs_incompatible',
]);
/** Why the day of the arrival was not the one that was told. */
export const ArrivalCorrection = z.enum(['typing_error', 'came_another_day']);
export const ExtensionReason = z.enum([
  'no_way_out_found',
  'housing_promised',
  'health',
  'family',
  'procedure_pending',
  'schooling',
]);
/** Where somebody goes, or why the stay is over. */
export const StayOutcome = z.enum([
  'own_housing',
  'social_housing',
  'intermediated_housing',
  'other_centre',
  'family_or_friends',
  'left_without_notice',
  'excluded',
  'moved_country',
  'deceased',
  'unknown',
]);

const at = { occurredAt: OccurredAt };
export const AcceptStay = z.strictObject(at).meta({ id: 'AcceptStay' });
export const RefuseStay = z.strictObject({ reason: StayRefusal, ...at }).meta({ id: 'RefuseStay' });
/** `occurredAt` is when the person came. */
export const ArriveStay = z.strictObject(at).meta({ id: 'ArriveStay' });
/** The day the person came in truth. */
export const CorrectArrival = z
  .strictObject({ arrivedOn: Day, reason: ArrivalCorrection, ...at })
  .meta({ id: 'CorrectArrival', examples: [{ arrivedOn: '2026-11-03', reason: 'typing_error' }] });
/** One renewal step of the policy, once it is due; `occurredAt` is when it was decided. */
export const RenewStay = z
  .strictObject({ decidedBy: RenewalDecider, ...at })
  .meta({ id: 'RenewStay', examples: [{ decidedBy: 'ofii' }] });
/** Beyond the policy's maximum; coordinators only. */
export const ExtendStay = z
  .strictObject({ months: z.int().min(1).max(12), reason: ExtensionReason, ...at })
  .meta({ id: 'ExtendStay' });
export const LeaveStay = z.strictObject({ leavesOn: Day, ...at }).meta({ id: 'LeaveStay' });
/** The departure falls through. */
export const RemainInStay = z.strictObject(at).meta({ id: 'RemainInStay' });
export const EndStay = z.strictObject({ outcome: StayOutcome, ...at }).meta({ id: 'EndStay' });

const stay = { stay: StayId, offer: OfferId, association: AssociationId };
const end = { ...stay, reservation: ReservationId };

const staySchemas = {
  'stay-offered.v1': z.strictObject({
    ...end,
    referral: ReferralId.nullable(),
    person: PersonId.nullable(),
    policy: Code,
  }),
  'stay-accepted.v1': z.strictObject(stay),
  'stay-refused.v1': z.strictObject({ ...end, reason: Code }),
  /** `terms`: the policy as it was on that day, pinned. */
  'stay-arrived.v1': z.strictObject({ ...end, arrivedOn: Day, endsOn: Day, terms: StayPolicy }),
  /** All that hangs on that day, told anew: `months` in all, of the renewals `lateDays`, one for each that was late. */
  'stay-arrival-corrected.v1': z.strictObject({
    ...end,
    arrivedOn: Day,
    endsOn: Day,
    terms: StayPolicy,
    months: z.int().min(1),
    lateDays: z.array(z.int().min(1)),
    reason: Code,
  }),
  'stay-renewal-due.v1': z.strictObject({ ...stay, endsOn: Day, daysBefore: z.int().min(1) }),
  /** `lateDays` after the end it renews; `extension`: why beyond the maximum. */
  'stay-renewed.v1': z.strictObject({
    ...stay,
    renewedOn: Day,
    months: z.int().min(1),
    endsOn: Day,
    decidedBy: Code,
    lateDays: z.int().min(0),
    extension: Code.nullable(),
    remindDays: z.array(z.int().min(1)),
  }),
  /** The day after the end has come, and the person is still there. */
  'stay-overstayed.v1': z.strictObject({ ...stay, endsOn: Day }),
  'stay-leaving.v1': z.strictObject({ ...end, leavesOn: Day }),
  /** The departure fell through: it ends when it would have ended, and was so before. */
  'stay-remained.v1': z.strictObject({
    ...end,
    endsOn: Day,
    remindDays: z.array(z.int().min(1)),
    state: z.enum(['arrived', 'renewal_due', 'renewed']),
  }),
  'stay-ended.v1': z.strictObject({
    ...end,
    endedOn: Day,
    outcome: Code,
    overstayDays: z.int().min(0),
  }),
  /** The place was given back before anybody came. */
  'stay-cancelled.v1': z.strictObject({ ...end, because: Code }),
};
/** Events of `stay-<uuid>`. */
export type StayEvent = EventOf<typeof staySchemas>;
export const stayContract: EventContract<StayEvent> = { schemas: staySchemas, upcasters: {} };
