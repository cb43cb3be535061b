import { Hours, WebAddress } from '@relais/contracts/directory';
import { isVisible } from '@relais/contracts/values';
import { z } from 'zod';
import { openingHours } from '../search/opening.ts';
import type { Note } from './described.ts';

/**
 * Text as we keep it: NFC, no control characters or halves of characters, white space around it gone, at most `max`
 * characters. Null where nothing remains that can be seen.
 */
export function textOf(value: unknown, max: number, field: string, note: Note): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const given = String(value);
  const clean = given
    .toWellFormed()
    .replaceAll('\uFFFD', given.includes('\uFFFD') ? '\uFFFD' : '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out.
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]/g, '')
    .normalize('NFC');
  if (clean !== given.normalize('NFC')) note(field, 'text-cleaned');
  const trimmed = clean.trim();
  if (!isVisible(trimmed)) return null;
  if (trimmed.length <= max) return trimmed;
  note(field, 'text-shortened');
  return `${trimmed
    .slice(0, max - 1)
    .toWellFormed()
    .replaceAll('\uFFFD', '')}…`;
}

/** A page that may be linked to. Nobody fetches it here. */
export function pageOf(value: unknown, field: string, note: Note): string | null {
  const given = textOf(value, 2_083, field, note);
  if (given === null) return null;
  const whole = /^[a-z][a-z0-9+.-]*:/i.test(given) ? given : `https://${given}`;
  const address = WebAddress.safeParse(whole);
  if (address.success && isPublicHost(new URL(whole).hostname)) return address.data;
  note(field, 'address-not-public');
  return null;
}

/** A name with a dot that is no address and no private name: `localhost`, `10.0.0.1` and `nas.local` are none. */
const isPublicHost = (host: string): boolean =>
  /\.[a-z][a-z0-9-]*[a-z0-9]$/i.test(host) &&
  !/(?:^|\.)(?:localhost|local|internal|intranet|lan|home|corp|arpa)$/i.test(host);

const Email = z.email().max(254);

export function emailOf(value: unknown, field: string, note: Note): string | null {
  const given = textOf(value, 320, field, note);
  if (given === null) return null;
  const email = Email.safeParse(given);
  if (email.success) return email.data;
  note(field, 'email-unreadable');
  return null;
}

/**
 * A telephone number as it is dialled, with the fullwidth digits and signs of a spreadsheet made ordinary ones. French
 * numbers of ten digits become E.164.
 */
export function phoneOf(value: unknown, field: string, note: Note): string | null {
  const given = textOf(value, 80, field, note);
  if (given === null) return null;
  const digits = given
    .normalize('NFKC')
    .replace(/\(0\)/g, '')
    .replace(/[\s.\-/()"'\u2010-\u2015]/g, '')
    .replace(/^00/, '+');
  if (!/^\+?\d{3,15}$/.test(digits)) {
    note(field, 'phone-unreadable');
    return null;
  }
  const phone = /^0[1-9]\d{8}$/.test(digits) ? `+33${digits.slice(1)}` : digits;
  if (phone !== given) note(field, 'phone-normalised');
  return phone;
}

/** Opening hours that can be computed with, as an offer of our own must have them. */
export function hoursOf(value: unknown, field: string, note: Note): string | null {
  const given = textOf(value, 1_000, field, note);
  if (given === null) return null;
  if (Hours.safeParse(given).success && openingHours(given) !== undefined) return given;
  note(field, 'hours-unreadable');
  return null;
}

export function numberOf(
  value: unknown,
  { min, max }: { readonly min: number; readonly max: number },
  field: string,
  note: Note,
): number | null {
  if (typeof value !== 'number') return null;
  if (value >= min && value <= max) return value;
  note(field, 'out-of-range');
  return null;
}

/** The codes of a list that we know, each once, at most `max`. */
export function codesOf<Code extends string>(
  value: unknown,
  known: z.ZodType<Code>,
  max: number,
  field: string,
  note: Note,
): Code[] {
  if (!Array.isArray(value)) return [];
  const unique = [...new Set(value)];
  const codes = unique.filter((code) => known.safeParse(code).success) as Code[];
  if (codes.length < unique.length) note(field, 'unknown-code');
  if (codes.length > max) note(field, 'too-many');
  return codes.slice(0, max);
}

export const dayOf = (value: unknown): string | null =>
  typeof value === 'string' ? (/^(?:19|20)\d\d-\d\d-\d\d/.exec(value)?.[0] ?? null) : null;
