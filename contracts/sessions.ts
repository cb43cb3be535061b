/**
 * Sessions: workshops, training, immersion and exchange days. A series plans them, a session is one date of it. Who
 * registers is known by pseudonym; the name to call is sealed. Written by services/resources.
 */
import { z } from 'zod';
import type { Immutable } from './event-contract.ts';
import { addRegistration, planSeries } from './examples.ts';
import { CaseId, OfferId, PersonId, ReferralId, WorkerId } from './ids.ts';
import { personal } from './personal.ts';
import {
  Attendance,
  DurationMinutes,
  LocalTime,
  meeting,
  RegistrationReason,
  Seats,
  SessionReason,
  seriesTerms,
} from './session-codes.ts';
import { OccurredAt, text } from './values.ts';

export const SeriesTerms = z.strictObject(seriesTerms).meta({ id: 'SeriesTerms' });
export type SeriesTerms = Immutable<z.output<typeof SeriesTerms>>;

/** `POST /v1/series`: sessions of an offer. A single date is a series of one. */
export const PlanSeries = z
  .strictObject({ offer: OfferId, ...seriesTerms })
  .meta({ id: 'PlanSeries', examples: [planSeries] });
export type PlanSeries = Immutable<z.output<typeof PlanSeries>>;

/** `/change`: the whole terms from the session at `from` on ("this and following"); absent, from now on. */
export const ChangeSeries = z
  .strictObject({ from: LocalTime.optional(), terms: SeriesTerms })
  .meta({ id: 'ChangeSeries' });
/** `/end`: no session from `from` on; absent, from now on. */
export const EndSeries = z.strictObject({ from: LocalTime.optional() });

/** `/sessions/:start/change`: what of this one session differs; null: as the series has it. */
export const ChangeSession = z
  .strictObject({
    movedTo: LocalTime.nullable().default(null),
    durationMinutes: DurationMinutes.nullable().default(null),
    seats: z.strictObject({ limit: Seats }).nullable().default(null),
    ...meeting,
    reason: SessionReason,
  })
  .meta({ id: 'ChangeSession' });
export const CancelSession = z.strictObject({ reason: SessionReason });

/** A professional, or a person accompanied (known by a case or a referral): never told to the organiser. */
export const Registrant = z
  .discriminatedUnion('who', [
    z.strictObject({ who: z.literal('worker'), worker: WorkerId }),
    z.strictObject({
      who: z.literal('person'),
      person: PersonId,
      case: CaseId.nullable().default(null),
      referral: ReferralId.nullable().default(null),
    }),
  ])
  .meta({ id: 'Registrant' });
export type Registrant = Immutable<z.output<typeof Registrant>>;

/** `/sessions/:start/registrations`. `label`: the name by which the organiser calls him or her, and no more. */
export const AddRegistration = z
  .strictObject({
    registrant: Registrant,
    label: personal('identity', text(80)).nullable().default(null),
    occurredAt: OccurredAt,
  })
  .meta({ id: 'AddRegistration', examples: [addRegistration] });

export const ConfirmRegistration = z.strictObject({ occurredAt: OccurredAt });
export const RefuseRegistration = z.strictObject({
  reason: RegistrationReason,
  occurredAt: OccurredAt,
});
export const CancelRegistration = RefuseRegistration;

/** `/sessions/:start/attendance`: the list as it was ticked off; a later one corrects it. */
export const RecordAttendance = z
  .strictObject({
    attendances: z
      .array(z.strictObject({ registration: z.uuid().toLowerCase(), attendance: Attendance }))
      .min(1)
      .max(200)
      .refine((all) => new Set(all.map(({ registration }) => registration)).size === all.length, {
        error: 'a registration stands twice',
      }),
    occurredAt: OccurredAt,
  })
  .meta({ id: 'RecordAttendance' });
