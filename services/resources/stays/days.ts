const dayMs = 24 * 3_600_000;
const inFrance = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Paris' });

/** The calendar day in France of a moment, as `2026-03-01`. */
export const dayOf = (instant: string): string => inFrance.format(Date.parse(instant));

/** When a day begins in France: the clock is one or two hours ahead of UTC. */
export function startOf(day: string): string {
  const summer = `${addDays(day, -1)}T22:00:00Z`;
  return dayOf(summer) === day ? summer : `${addDays(day, -1)}T23:00:00Z`;
}

/** The same day some months later; the last of the month where it has no such day: 31 August and 6 months is 28 or 29 February. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate();
  return iso(Date.UTC(year, month - 1 + months, Math.min(date, last)));
}

/** How many months `addMonths` went from the first to get to the second. */
export function monthsBetween(from: string, to: string): number {
  const [months = 0, since = 0] = [to, from].map((day) => {
    const [year = 0, month = 1] = day.split('-').map(Number);
    return year * 12 + month;
  });
  return months - since;
}

export const addDays = (day: string, days: number): string => iso(Date.parse(day) + days * dayMs);

/** Whole days from the first to the second; negative when it comes before. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / dayMs);

const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
