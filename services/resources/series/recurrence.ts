import type { StoredSchedule } from '@relais/contracts/session-events';
import { RRuleTemporal } from 'rrule-temporal';

/** A date of a schedule: the local time it is known by, and the instant that is. */
export type Occurrence = { readonly local: string; readonly at: Temporal.Instant };

/** Instants, `until` exclusive. */
export type Window = { readonly from: Temporal.Instant; readonly until: Temporal.Instant };

export type ScheduleRefusal = {
  readonly code:
    | 'rule-not-understood'
    | 'start-not-in-rule'
    | 'no-such-local-time'
    | 'no-date-left'
    | 'too-many-sessions';
};

/** Of a rule with an end; one without is looked at through a window. */
export const occurrencesMax = 1_000;

/** A local time where the zone has it; undefined where clocks are put forward over it. Of two it is the first. */
export function instantOf(local: string, timeZone: string): Temporal.Instant | undefined {
  const zoned = Temporal.PlainDateTime.from(local).toZonedDateTime(timeZone);
  return localOf(zoned) === local ? zoned.toInstant() : undefined;
}

/** What the clock on the wall shows then, to the minute. */
export const localTimeAt = (at: Temporal.Instant, timeZone: string): string =>
  localOf(at.toZonedDateTimeISO(timeZone));

const localOf = (zoned: Temporal.ZonedDateTime): string =>
  zoned.toPlainDateTime().toString({ smallestUnit: 'minute' });

/** The dates of a schedule that begin within the window, in order: DTSTART, RRULE and RDATE without EXDATE (RFC 5545 §3.8.5). */
export function occurrences(schedule: StoredSchedule, window: Window): Occurrence[] {
  const { start, rule, timeZone } = schedule;
  const except = new Set(schedule.except);
  const byLocal = new Map<string, Temporal.Instant>();
  for (const local of [...(rule === null ? [start] : []), ...schedule.extra]) {
    const at = instantOf(local, timeZone);
    if (at !== undefined && isWithin(at, window)) byLocal.set(local, at);
  }
  if (rule !== null) {
    for (const zoned of ruleOf(schedule, rule).between(
      dateOf(window.from),
      dateOf(window.until),
      true,
    )) {
      const at = zoned.toInstant();
      if (isWithin(at, window)) byLocal.set(localOf(zoned), at);
    }
  }
  return [...byLocal]
    .filter(([local]) => !except.has(local))
    .map(([local, at]) => ({ local, at }))
    .sort((one, other) => Temporal.Instant.compare(one.at, other.at));
}

/** Whether a session begins at this local time. */
export function occursAt(schedule: StoredSchedule, local: string): boolean {
  const from = instantOf(local, schedule.timeZone);
  if (from === undefined) return false;
  const window = { from, until: from.add({ minutes: 1 }) };
  return occurrences(schedule, window).some((one) => one.local === local);
}

/** The first and the last date; `last` is undefined for a schedule without an end. */
export function extentOf(schedule: StoredSchedule): {
  readonly first: Temporal.Instant;
  readonly last: Temporal.Instant | undefined;
} {
  const { start, rule, timeZone, extra } = schedule;
  const explicit = [start, ...extra].flatMap((local) => instantOf(local, timeZone) ?? []);
  const ruled =
    rule === null || !hasEnd(rule)
      ? []
      : ruleOf(schedule, rule)
          .all()
          .map((zoned) => zoned.toInstant());
  const sorted = [...explicit, ...ruled].sort(Temporal.Instant.compare);
  const [first] = sorted;
  if (first === undefined) throw new Error('a schedule begins at a time that exists');
  return { first, last: rule !== null && !hasEnd(rule) ? undefined : sorted.at(-1) };
}

/** What is wrong with a schedule beyond its form, if anything. */
export function refusalOf(schedule: StoredSchedule): ScheduleRefusal | undefined {
  const { start, rule, timeZone, extra } = schedule;
  const explicit = [start, ...extra];
  if (explicit.some((local) => instantOf(local, timeZone) === undefined)) {
    return { code: 'no-such-local-time' };
  }
  if (rule === null) return leavesNoDate(schedule) ? { code: 'no-date-left' } : undefined;
  const parts = rule.split(';').map((part) => part.replace(/=.*/, ''));
  const isTwice = new Set(parts).size < parts.length;
  if (isTwice || (parts.includes('COUNT') && parts.includes('UNTIL'))) {
    return { code: 'rule-not-understood' };
  }
  let first: string | undefined;
  let count = 0;
  try {
    const parsed = ruleOf(schedule, rule);
    parsed.all((zoned, index) => {
      first ??= localOf(zoned);
      count = index + 1;
      return index === 0 || (hasEnd(rule) && index <= occurrencesMax);
    });
  } catch {
    return { code: 'rule-not-understood' };
  }
  if (first !== start) return { code: 'start-not-in-rule' };
  if (!hasEnd(rule)) return undefined;
  if (count > occurrencesMax) return { code: 'too-many-sessions' };
  return leavesNoDate(schedule) ? { code: 'no-date-left' } : undefined;
}

/** Whether its exceptions remove every date of a schedule that has an end. */
function leavesNoDate(schedule: StoredSchedule): boolean {
  if (schedule.except.length === 0) return false;
  const { first, last = first } = extentOf(schedule);
  return occurrences(schedule, { from: first, until: last.add({ minutes: 1 }) }).length === 0;
}

const hasEnd = (rule: string): boolean => /(?:COUNT|UNTIL)=/.test(rule);

/** Candidates tried before a rule that gives no date any more is given up. */
const iterationsMax = 20_000;

const ruleOf = ({ start, timeZone }: StoredSchedule, rule: string): RRuleTemporal =>
  new RRuleTemporal({
    rruleString: rule,
    dtstart: Temporal.PlainDateTime.from(start).toZonedDateTime(timeZone),
    maxIterations: iterationsMax,
    strict: true,
    cache: false,
  });

const dateOf = ({ epochMilliseconds }: Temporal.Instant): Date => new Date(epochMilliseconds);

const isWithin = (at: Temporal.Instant, { from, until }: Window): boolean =>
  Temporal.Instant.compare(at, from) >= 0 && Temporal.Instant.compare(at, until) < 0;
