import OpeningHours from 'opening_hours';

/** Days of French public holidays, one for each day of the week from Monday on: an 11 November. */
const holidays = [2019, 2025, 2020, 2021, 2022, 2023, 2018].map((year) => new Date(year, 10, 11));
/** A week without holidays, away from changes of the clock. */
const ordinary = [2, 3, 4, 5, 6, 7, 8].map((day) => new Date(2026, 1, day));

const dayMinutes = 1_440;
const week = 7 * dayMinutes;

/** For sunrise and holidays: the country, and its middle. */
const france = { lat: 46.6, lon: 2.4, address: { country_code: 'fr', state: '' } };

const keptMax = 2_000;
/** Understanding hours takes milliseconds, and many write the same. */
const kept = new Map<string, OpeningHours | undefined>();

/** Hours as OpenStreetMap writes them; undefined when they cannot be understood. */
export function openingHours(text: string): OpeningHours | undefined {
  if (!kept.has(text)) {
    if (kept.size >= keptMax) kept.clear();
    kept.set(text, understood(text));
  }
  return kept.get(text);
}

function understood(text: string): OpeningHours | undefined {
  try {
    return new OpeningHours(text, france);
  } catch {
    return undefined;
  }
}

const minutesKept = new Map<string, string | undefined>();

/**
 * When it is open, as a multirange of minutes: a week of ordinary days from Monday, then one in which each day is a
 * public holiday. Undefined when it also depends on the season, the date or the sun.
 */
export function openMinutes(text: string): string | undefined {
  if (!minutesKept.has(text)) {
    if (minutesKept.size >= keptMax) minutesKept.clear();
    minutesKept.set(text, computedMinutes(text));
  }
  return minutesKept.get(text);
}

function computedMinutes(text: string): string | undefined {
  const hours = openingHours(text);
  if (hours === undefined || !isWeekly(text)) return undefined;
  const ranges = [...ordinary, ...holidays].flatMap((day, n) => {
    const end = new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1);
    return hours
      .getOpenIntervals(day, end)
      .filter(([, , isUnknown]) => !isUnknown)
      .map(
        ([from, to]) =>
          `[${n * dayMinutes + minutes(day, from)},${n * dayMinutes + minutes(day, to)})`,
      );
  });
  return `{${ranges.join(',')}}`;
}

const quarterMinutes = dayMinutes / 4;
export const quarterOf = (minute: number): number => Math.floor(minute / quarterMinutes);
/** In place of those of hours that follow no week. */
export const irregularQuarter = -1;

/** The quarters of days in which a multirange of minutes has any. */
export function quartersOf(openMinutes: string): number[] {
  const quarters = [...openMinutes.matchAll(/\[(\d+),(\d+)\)/g)].flatMap(([, from, to]) => {
    const [first, last] = [quarterOf(Number(from)), quarterOf(Number(to) - 1)];
    return Array.from({ length: last - first + 1 }, (_, n) => first + n);
  });
  return [...new Set(quarters)];
}

const minutes = (day: Date, moment: Date) =>
  Math.round((moment.getTime() - day.getTime()) / 60_000);

const ofHolidays = /^\s*PH\b[\s\d:,-]*(?:off|closed|open)?\s*$/;

/** Whether each week is like every other but for its holidays. */
function isWeekly(text: string): boolean {
  const rules = text.split(';').filter((rule) => !ofHolidays.test(rule));
  if (/sun|dawn|dusk/i.test(text)) return false;
  return rules.length === 0 || openingHours(rules.join(';'))?.isWeekStable() === true;
}

/** When an offer or a site is open, as rows keep it. */
export type Opening = {
  readonly open_minutes: string | null;
  readonly open_quarters: readonly number[];
  readonly irregular_hours: string | null;
};

/** Hours that nobody can compute with, as an outside source may have them, are never open. */
export function whenOf(hours: string | null): Opening {
  if (hours === null || openingHours(hours) === undefined) {
    return { open_minutes: null, open_quarters: [], irregular_hours: null };
  }
  const open_minutes = openMinutes(hours);
  return open_minutes === undefined
    ? { open_minutes: null, open_quarters: [irregularQuarter], irregular_hours: hours }
    : { open_minutes, open_quarters: quartersOf(open_minutes), irregular_hours: null };
}

/** A moment as clocks in Paris show it, in a Date whose local fields say so. */
function inParis(moment: Date): Date {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Paris',
    dateStyle: 'short',
    timeStyle: 'short',
  }).format(moment);
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts.split(/\D/).map(Number);
  return new Date(year, month - 1, day, hour, minute);
}

/** The place of a moment in what `openMinutes` gives. */
export function minuteOf(moment: Date): number {
  const local = inParis(moment);
  const weekday = (local.getDay() + 6) % 7;
  const noon = new Date(local.getFullYear(), local.getMonth(), local.getDate(), 12);
  const isHoliday = openingHours('PH')?.getState(noon) === true;
  const minute = weekday * dayMinutes + local.getHours() * 60 + local.getMinutes();
  return isHoliday ? week + minute : minute;
}

/** Which of these are open at that moment in Paris: for hours that follow no week. */
export function openOnes(texts: readonly string[], moment: Date): string[] {
  const local = inParis(moment);
  return texts.filter((text) => openingHours(text)?.getState(local) === true);
}
