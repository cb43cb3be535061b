/** Events of series and sessions. Storage formats: never edit a schema that has shipped, add a `.v2` and an upcaster. */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { WebAddress } from './directory.ts';
import type { EventContract, EventOf, Immutable } from './event-contract.ts';
import { AssociationId, OfferId, RegistrationId, SeriesId, SessionId, SiteId } from './ids.ts';
import { Sealed } from './sealed.ts';
import { Attendance, LocalTime, RegistrationState } from './session-codes.ts';
import { Registrant } from './sessions.ts';
import { Code, Instant, text } from './values.ts';

const seats = z.int().nullable();
const schedule = z.strictObject({
  start: LocalTime,
  timeZone: z.string().max(64),
  rule: z.string().max(300).nullable(),
  extra: z.array(LocalTime),
  except: z.array(LocalTime),
});
export type StoredSchedule = Immutable<z.infer<typeof schedule>>;

const terms = z.strictObject({
  title: text(200).nullable(),
  details: text(5_000).nullable(),
  schedule,
  durationMinutes: z.int(),
  seats,
  hasWaitingList: z.boolean(),
  confirmation: Code,
  opensHoursBefore: z.int().nullable(),
  closesHoursBefore: z.int(),
  lateCancellationHours: z.int(),
  languages: z.array(LanguageTag),
  commune: CommuneCode.nullable(),
  site: SiteId.nullable(),
  place: text(500).nullable(),
  link: WebAddress.nullable(),
});
export type StoredTerms = Immutable<z.infer<typeof terms>>;

const series = { series: SeriesId, association: AssociationId, offer: OfferId };
const seriesSchemas = {
  'series-planned.v1': z.strictObject({ ...series, terms }),
  /** These terms for sessions that begin at `from` or later; earlier ones keep theirs. */
  'series-changed.v1': z.strictObject({ ...series, from: LocalTime, terms }),
  /** No session from then on, except those to which somebody is registered. */
  'series-ended.v1': z.strictObject({ ...series, from: LocalTime }),
};
/** Events of `series-<uuid>`. */
export type SeriesEvent = EventOf<typeof seriesSchemas>;
export const seriesContract: EventContract<SeriesEvent> = { schemas: seriesSchemas, upcasters: {} };

/** Which session it is, and when it takes place as far as was known then: the first event of any kind opens it. */
const session = {
  session: SessionId,
  ...series,
  /** Local time at which the series had it begin: with the series it names the session for good. */
  originalStart: LocalTime,
  timeZone: z.string().max(64),
  startsAt: Instant,
  endsAt: Instant,
};
const registration = { ...session, registration: RegistrationId, by: AssociationId };
const override = z.strictObject({
  movedTo: LocalTime.nullable(),
  durationMinutes: z.int().nullable(),
  seats: z.strictObject({ limit: seats }).nullable(),
  site: SiteId.nullable(),
  place: text(500).nullable(),
  link: WebAddress.nullable(),
});
export type Override = Immutable<z.infer<typeof override>>;

const sessionSchemas = {
  /** `seats`: how many there were when it was decided. */
  'session-registered.v1': z.strictObject({
    ...registration,
    registrant: Registrant,
    label: Sealed.nullable(),
    state: RegistrationState,
    seats,
  }),
  /** By the organiser, who looks at each. */
  'session-registration-confirmed.v1': z.strictObject({
    ...registration,
    state: RegistrationState,
    seats,
  }),
  /** A seat became free and the first in the waiting list has it. */
  'session-registration-promoted.v1': z.strictObject({ ...registration, seats }),
  'session-registration-refused.v1': z.strictObject({
    ...registration,
    was: RegistrationState,
    reason: Code,
  }),
  'session-registration-cancelled.v1': z.strictObject({
    ...registration,
    was: RegistrationState,
    side: z.enum(['association', 'organiser']),
    reason: Code,
    late: z.boolean(),
  }),
  /** `corrects`: what stood there before. */
  'session-attendance-recorded.v1': z.strictObject({
    ...registration,
    attendance: Attendance,
    corrects: Attendance.nullable(),
  }),
  /** Replaces what was changed before. `overbooked`: confirmed registrations beyond the seats; they stay. */
  'session-changed.v1': z.strictObject({
    ...session,
    override,
    reason: Code,
    overbooked: z.int(),
  }),
  /** With it every registration. */
  'session-cancelled.v1': z.strictObject({ ...session, reason: Code }),
  /** To the organiser: it comes, or somebody's attendance is still missing. */
  'session-reminded.v1': z.strictObject({
    ...session,
    of: z.enum(['upcoming', 'attendance']),
    confirmed: z.int(),
    missing: z.int(),
  }),
};
/** Events of `session-<uuid>`. */
export type SessionEvent = EventOf<typeof sessionSchemas>;
export const sessionContract: EventContract<SessionEvent> = {
  schemas: sessionSchemas,
  upcasters: {},
};
/** What every event says of its session. */
export type Occasion = Omit<
  Extract<SessionEvent, { type: 'session-cancelled.v1' }>['data'],
  'reason'
>;
