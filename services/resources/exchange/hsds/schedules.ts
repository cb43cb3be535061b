import { derivedId } from '@relais/event-log/event-id';
import { openingHours } from '../../search/opening.ts';
import type { Note } from '../described.ts';
import { hoursOf } from '../values.ts';

/** What is used of HSDS's `schedule`. */
export type Schedule = {
  readonly freq?: string;
  readonly byday?: string;
  readonly opens_at?: string;
  readonly closes_at?: string;
  readonly description?: string;
};

const days = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'] as const;
const day = '(?:Mo|Tu|We|Th|Fr|Sa|Su)';
const daysRule = new RegExp(`^${day}(?:[-,]${day})*$`);
const spansRule = /^\d\d:\d\d-\d\d:\d\d(?:,\d\d:\d\d-\d\d:\d\d)*$/;

/**
 * Opening hours as OpenStreetMap writes them, as HSDS schedules. Rules of days of the week become RRULE fields; each
 * schedule carries the whole text as its description, which is all that rules of other kinds have.
 */
export function schedulesOf(hours: string | null, of: string): object[] {
  if (hours === null) return [];
  const rules = weekly(hours);
  const made = rules ?? [undefined];
  return made.map((rule, index) => ({
    id: derivedId('hsds-schedule', of, index),
    ...(rule && {
      freq: 'WEEKLY',
      interval: 1,
      byday: rule.days.map((name) => name.toUpperCase()).join(','),
      opens_at: rule.opens,
      closes_at: rule.closes,
    }),
    description: hours,
  }));
}

type Weekly = { readonly days: readonly string[]; readonly opens: string; readonly closes: string };

/** Undefined where a rule is of another kind. */
function weekly(hours: string): Weekly[] | undefined {
  if (hours.trim() === '24/7') return [{ days, opens: '00:00', closes: '24:00' }];
  const rules: Weekly[] = [];
  for (const part of hours.split(';').map((rule) => rule.trim())) {
    if (part === '' || part === 'PH off') continue;
    const [named = '', spans = '', ...more] = part.replaceAll(', ', ',').split(' ');
    if (more.length > 0 || !daysRule.test(named) || !spansRule.test(spans)) return undefined;
    for (const span of spans.split(',')) {
      const [opens = '', closes = ''] = span.split('-');
      rules.push({ days: spread(named), opens, closes });
    }
  }
  return rules.length === 0 ? undefined : rules;
}

/** `Mo-We,Fr`, day by day; `Sa-Mo` goes over the end of the week. */
const spread = (named: string): string[] =>
  named.split(',').flatMap((part) => {
    const [first = '', last = first] = part.split('-');
    const from = days.indexOf(first as 'Mo');
    const count = ((days.indexOf(last as 'Mo') - from + 7) % 7) + 1;
    return Array.from({ length: count }, (_, index) => days[(from + index) % 7] ?? '');
  });

const selected = `(?:${day}|PH|SH)`;
const osmLike = new RegExp(
  `^(?:24/7|${selected}(?:[-,] ?${selected})* (?:\\d\\d:|off|closed)|\\d\\d:\\d\\d-)[^<>]*$`,
);

/**
 * Opening hours from HSDS schedules: what we once wrote as it was, else the weekly ones; null where there is none. Noted
 * is what cannot be said that way.
 */
export function hoursFrom(schedules: readonly Schedule[], note: Note): string | null {
  const written = schedules.find(({ description }) => isOsm(description))?.description;
  if (written !== undefined) return hoursOf(written, 'schedules', note);
  const rules = schedules.map(ruleOf);
  if (rules.includes(undefined)) note('schedules', 'hours-unreadable');
  const said = new Set(rules.filter((rule) => rule !== undefined));
  return said.size === 0 ? null : hoursOf([...said].join('; '), 'schedules', note);
}

const isOsm = (text: string | undefined): boolean =>
  text !== undefined &&
  text.length <= 1_000 &&
  (osmLike.test(text) || openingHours(text) !== undefined);

function ruleOf({
  freq = 'WEEKLY',
  byday = '',
  opens_at,
  closes_at,
}: Schedule): string | undefined {
  const named = byday
    .split(',')
    .map((part) => part.trim())
    .map((part) => days.find((name) => name.toUpperCase() === part));
  const [opens, closes] = [opens_at, closes_at].map((time) => /^\d\d:\d\d/.exec(time ?? '')?.[0]);
  if (freq !== 'WEEKLY' || named.includes(undefined)) return undefined;
  return opens === undefined || closes === undefined
    ? undefined
    : `${named.join(',')} ${opens}-${closes}`;
}
