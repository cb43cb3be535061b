/** Bounded building blocks of commands and events. */
import { z } from 'zod';

/** Nothing that concerns us happened earlier; PostgreSQL has no year 0, and a row it refuses would stop a read model. */
const firstYear = '1900';
const isOurTime = (value: string): boolean => value >= firstYear;

/** A moment in UTC, as `2026-03-01T09:30:00Z`, with or without fractions of a second. */
export const Instant = z.iso.datetime().max(40).refine(isOurTime, { error: 'too long ago' });
export type Instant = z.infer<typeof Instant>;

/**
 * When it happened in the world: phones work offline, so it may lie in the past. Absent means now. A moment
 * further in the future than `clockSkewMs` is refused by the rules.
 */
export const OccurredAt = Instant.optional();

/** How far a partner's clock may be ahead of ours. */
export const clockSkewMs = 5 * 60_000;

/** A day, as `2026-03-01`. */
export const Day = z.iso.date().refine(isOurTime, { error: 'too long ago' });

/** For a period that ends before it begins: what `refine` says of it, at its end. */
export const reversed = {
  path: ['until'],
  params: {
    code: 'period-reversed',
    en: 'It ends before it begins.',
    fr: 'La fin précède le début.',
  },
};

/** A birth date as far as it is known: a year, a month or a day. */
export const PartialDate = z
  .string()
  .regex(/^(18|19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/)
  .refine(isCalendarDate, { error: 'no such day' });

/** A code of a list that may grow and whose entries may retire: events keep it as it was. */
export const Code = z
  .string()
  .max(120)
  .regex(/^[a-z][a-z0-9_-]*$/);

/** SHA-256 of a document kept elsewhere (a signed form), in lower-case hexadecimal. */
export const EvidenceHash = z.string().regex(/^[0-9a-f]{64}$/);

/** Whether anybody sees something of it: white space, direction marks, joiners and fillers alone name nobody. */
export const isVisible = (value: string): boolean =>
  /[^\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/u.test(value);

/** A telephone number that somebody gives: emergency numbers have three digits, signs alone reach nobody. */
export const dialled = <Phone extends z.ZodType<string>>(phone: Phone) =>
  phone.refine((number) => /(?:\p{Nd}\P{Nd}*){3}/u.test(number), {
    params: {
      code: 'no-number',
      en: 'A telephone number has three digits at least.',
      fr: 'Un numéro de téléphone a au moins trois chiffres.',
    },
  });

export const notBlank = /\S/u;
/** Text of at most so many characters, not blank. */
export const text = (max: number) => z.string().min(1).max(max).regex(notBlank);

/** A birth date that somebody gives: the day has begun somewhere on earth. */
export const PastDate = PartialDate.refine(hasBegun, {
  params: {
    code: 'in-the-future',
    en: 'Nobody was born in the future. Leave the date out (null) where it is not known.',
    fr: 'Personne n’est né dans le futur. Laissez la date vide (null) si elle n’est pas connue.',
  },
});
const farthestEastMs = 14 * 3_600_000;

function hasBegun(value: string): boolean {
  return value <= new Date(Date.now() + farthestEastMs).toISOString().slice(0, value.length);
}

function isCalendarDate(value: string): boolean {
  const [year, month, day] = value.split('-').map(Number);
  if (year === undefined || month === undefined || day === undefined) return true;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}
