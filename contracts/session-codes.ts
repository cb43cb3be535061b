/** The building blocks of series and sessions: when they take place, how one registers, and the codes. */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { WebAddress } from './directory.ts';
import { SiteId } from './ids.ts';
import { text } from './values.ts';

/** The offers that take place at dates: only they have series. */
export const SessionKind = z.enum(['workshop', 'training_day', 'immersion_day', 'exchange_day']);
export type SessionKind = z.infer<typeof SessionKind>;

const [hour, separated, joined] = ['(?:[01]\\d|2[0-3])', monthAndDay('-'), monthAndDay('')];

/** What the clock on the wall shows, to the minute: `2026-03-17T18:00`. */
export const LocalTime = z
  .string()
  .regex(new RegExp(`^20\\d\\d-${separated}T${hour}:[0-5]\\d$`))
  .refine(isDay, { error: 'no such day' });

/** The time a session was first meant to begin, as an address has it (RFC 5545's RECURRENCE-ID): `20260317T1800`. */
export const SessionStart = z
  .string()
  .regex(new RegExp(`^20\\d\\d${joined}T${hour}[0-5]\\d$`))
  .refine((start) => isDay(localTimeOf(start)), { error: 'no such day' });

/** The local time that a session's address names. */
export const localTimeOf = (start: string): string =>
  start.replace(/^(....)(..)(..)T(..)(..)$/, '$1-$2-$3T$4:$5');
/** The other way round. */
export const sessionStartOf = (local: string): string => local.replaceAll(/[-:]/g, '');

/** The time zones of France, and of who is beside it on the way: names of the IANA database. */
export const TimeZone = z.enum([
  'Europe/Paris',
  'Europe/Brussels',
  'Europe/London',
  'America/Cayenne',
  'America/Guadeloupe',
  'America/Martinique',
  'Indian/Mayotte',
  'Indian/Reunion',
  'Pacific/Noumea',
  'Pacific/Tahiti',
]);

/**
 * A recurrence rule of RFC 5545 with the parts that sessions need: days, weeks, months or years; no hours, minutes or
 * seconds. The time of day is that of the first session. UNTIL is in UTC, as the RFC wants it beside a time zone.
 */
export const RecurrenceRule = z.string().max(300).regex(rulePattern());

function rulePattern(): RegExp {
  const list = (item: string) => `${item}(?:,${item})*`;
  const weekday = '(?:MO|TU|WE|TH|FR|SA|SU)';
  const parts = [
    'INTERVAL=[1-9]\\d?',
    'COUNT=[1-9]\\d{0,3}',
    'UNTIL=20\\d\\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])T(?:[01]\\d|2[0-3])[0-5]\\d[0-5]\\dZ',
    `WKST=${weekday}`,
    `BYDAY=${list(`(?:[+-]?[1-5])?${weekday}`)}`,
    `BYMONTHDAY=${list('-?(?:3[01]|[12]\\d|[1-9])')}`,
    `BYMONTH=${list('(?:1[0-2]|[1-9])')}`,
    `BYSETPOS=${list('-?[1-9]\\d{0,2}')}`,
  ];
  return new RegExp(`^FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)(?:;(?:${parts.join('|')}))*$`);
}

const times = z
  .array(LocalTime)
  .max(200)
  .refine((all) => new Set(all).size === all.length, { error: 'listed twice' })
  .default([]);

/** The first session, and how it repeats: without a rule and extra dates it is the only one. */
export const Schedule = z
  .strictObject({
    start: LocalTime,
    timeZone: TimeZone.default('Europe/Paris'),
    rule: RecurrenceRule.nullable().default(null),
    /** Dates beside the rule (RDATE). */
    extra: times,
    /** Dates of the rule on which nothing takes place (EXDATE). */
    except: times,
  })
  .meta({ id: 'Schedule' });

/** Minutes from the beginning to the end: at most two weeks. */
export const DurationMinutes = z.int().min(5).max(20_160);
/** Null: as many as come. */
export const Seats = z.int().min(1).max(2_000).nullable();
const hours = z.int().min(0).max(8_784);

/** Where one meets: a site of the directory, words, or both; `link` is for members, never in a public calendar. */
export const meeting = {
  site: SiteId.nullable().default(null),
  place: text(500).nullable().default(null),
  link: WebAddress.nullable().default(null),
};

/** How sessions of a series are, from some date on. */
export const seriesTerms = {
  /** Null: the offer's. */
  title: text(200).nullable().default(null),
  details: text(5_000).nullable().default(null),
  schedule: Schedule,
  durationMinutes: DurationMinutes,
  seats: Seats.default(null),
  hasWaitingList: z.boolean().default(true),
  /** Whether a registration that finds a seat has it, or the organiser looks at each. */
  confirmation: z.enum(['automatic', 'organiser']).default('automatic'),
  /** Null: as soon as the session is known. */
  opensHoursBefore: hours.nullable().default(null),
  closesHoursBefore: hours.default(0),
  /** A cancellation later than this is counted as late. */
  lateCancellationHours: hours.default(24),
  languages: z.array(LanguageTag).min(1).max(20).default(['fr']),
  commune: CommuneCode.nullable().default(null),
  ...meeting,
};

export const SessionState = z.enum(['planned', 'cancelled']);
export type SessionState = z.infer<typeof SessionState>;
export const RegistrationState = z.enum([
  'requested',
  'confirmed',
  'waiting',
  'refused',
  'cancelled',
]);
export type RegistrationState = z.infer<typeof RegistrationState>;
export const Attendance = z.enum(['seen', 'excused', 'no_show']);
export type Attendance = z.infer<typeof Attendance>;

/** Why a session was moved, changed or cancelled. No free text: it would soon speak of persons. */
export const SessionReason = z.enum([
  'organiser_unavailable',
  'place_unavailable',
  'too_few_registrations',
  'public_holiday',
  'weather',
  'transport',
  'more_room',
  'entered_in_error',
  'other',
]);
export const RegistrationReason = z.enum([
  'not_available',
  'ill',
  'no_longer_needed',
  'registered_elsewhere',
  'not_eligible',
  'no_capacity',
  'entered_in_error',
  'other',
]);

function isDay(value: string): boolean {
  const [year, month, day] = value.slice(0, 10).split('-').map(Number);
  return (day ?? 0) <= new Date(Date.UTC(year ?? 0, month ?? 0, 0)).getUTCDate();
}

/** Of every year but for the 29th of February, which `isDay` looks at. */
function monthAndDay(separator: string): string {
  const days = (months: string, last: string) =>
    `(?:${months})${separator}(?:0[1-9]|1\\d|2\\d${last})`;
  return `(?:${days('0[13578]|1[02]', '|3[01]')}|${days('0[469]|11', '|30')}|${days('02', '')})`;
}
