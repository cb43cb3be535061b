/** What is answered about series, sessions and registrations. */
import { z } from 'zod';
import { LanguageTag } from './associations.ts';
import { AssociationId, OfferId, RegistrationId, SeriesId, SessionId, SiteId } from './ids.ts';
import {
  Attendance,
  LocalTime,
  RegistrationState,
  SessionStart,
  SessionState,
} from './session-codes.ts';
import { Registrant, SeriesTerms } from './sessions.ts';
import { Id, Moment, Revision } from './views/parts.ts';

export const SeriesAction = z.enum(['change', 'end']);
export type SeriesAction = z.infer<typeof SeriesAction>;

export const SeriesView = z
  .object({
    id: SeriesId,
    association: AssociationId,
    offer: OfferId,
    state: z.enum(['planned', 'ended']),
    revision: Revision,
    /** Terms for sessions that begin at `from` or later, until the next; null: from the first on. */
    parts: z.array(z.object({ from: LocalTime.nullable(), terms: SeriesTerms })),
    endsFrom: LocalTime.nullable(),
    changedAt: Moment,
    allowedActions: z.array(SeriesAction),
  })
  .meta({ id: 'Series' });
export type SeriesView = z.infer<typeof SeriesView>;

export const SessionAction = z.enum(['register', 'change', 'cancel', 'record-attendance']);
export type SessionAction = z.infer<typeof SessionAction>;

/** What only the organiser is told. */
const Organising = z.object({
  requested: z.int(),
  attendanceMissing: z.int(),
  lateCancellations: z.int(),
  /** Confirmed beyond the seats, since there were more once. */
  overbooked: z.int(),
  remindedOfAttendanceAt: Moment.nullable(),
});

export const SessionView = z
  .object({
    id: SessionId,
    series: SeriesId,
    /** Names the session in addresses, for good: the time at which the series had it begin. */
    start: SessionStart,
    association: AssociationId,
    offer: OfferId,
    kind: z.string(),
    title: z.string(),
    details: z.string().nullable(),
    themes: z.array(z.string()),
    languages: z.array(LanguageTag),
    state: SessionState,
    /** False: the series has no session then any more; it stays for who is registered. */
    onSchedule: z.boolean(),
    startsAt: Moment,
    endsAt: Moment,
    localStart: LocalTime,
    timeZone: z.string(),
    site: SiteId.nullable(),
    place: z.string().nullable(),
    link: z.string().nullable(),
    /** Null: as many as come. */
    seats: z.int().nullable(),
    confirmed: z.int(),
    waiting: z.int(),
    seatsLeft: z.int().nullable(),
    hasWaitingList: z.boolean(),
    confirmation: z.string(),
    registrationOpensAt: Moment.nullable(),
    registrationClosesAt: Moment,
    /** Why it was changed or cancelled. */
    reason: z.string().nullable(),
    /** Of the session: 0 while nothing has happened to it. */
    revision: Revision,
    organising: Organising.nullable(),
    allowedActions: z.array(SessionAction),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof SessionView>;

export const RegistrationAction = z.enum(['confirm', 'refuse', 'cancel']);
export type RegistrationAction = z.infer<typeof RegistrationAction>;

const registration = {
  id: RegistrationId,
  series: SeriesId,
  start: SessionStart,
  startsAt: Moment,
  state: RegistrationState,
  /** Null: none was given, or the person was forgotten. */
  label: z.string().nullable(),
  registeredAt: Moment,
  /** Place in the waiting list, from 1. */
  waitingAt: z.int().nullable(),
  attendance: Attendance.nullable(),
  cancelledBy: z.enum(['association', 'organiser']).nullable(),
  reason: z.string().nullable(),
  late: z.boolean(),
  /** Of the session: what a change has to name. */
  revision: Revision,
  allowedActions: z.array(RegistrationAction),
};

/** As the organiser sees it: who registered whom is between the two, the person's case is not. */
export const OrganisersRegistration = z
  .object({ ...registration, association: AssociationId, who: z.enum(['worker', 'person']) })
  .meta({ id: 'OrganisersRegistration' });
export type OrganisersRegistration = z.infer<typeof OrganisersRegistration>;

/** As the association sees it that registered. */
export const OwnRegistration = z
  .object({ ...registration, session: Id, organiser: AssociationId, registrant: Registrant })
  .meta({ id: 'OwnRegistration' });
export type OwnRegistration = z.infer<typeof OwnRegistration>;
