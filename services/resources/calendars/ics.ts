import ICAL from 'ical.js';
import { tzlib_get_ical_block as timeZoneBlock } from 'timezones-ical-library';
import { localTimeAt } from '../series/recurrence.ts';
import { cancellation, type SessionFound } from '../sessions/found.ts';
import { sessionTerms } from '../sessions/terms.ts';

// The space that a folded line begins with counts among its 75 octets (RFC 5545 §3.1); the library leaves it out.
ICAL.foldLength = 74;

/** `withLinks`: addresses of meetings are for members only. */
export type CalendarOptions = { readonly name: string; readonly withLinks: boolean };

/**
 * A calendar of RFC 5545: one event a session, in its own time zone, with that zone's rules. Nothing in it is about who
 * is registered. What was cancelled stays, marked, so that programs which know it take it out.
 */
export function calendarOf(sessions: readonly SessionFound[], options: CalendarOptions): string {
  const calendar = new ICAL.Component('vcalendar');
  calendar.updatePropertyWithValue('prodid', '-//Relais//resources 1//FR');
  calendar.updatePropertyWithValue('version', '2.0');
  calendar.updatePropertyWithValue('calscale', 'GREGORIAN');
  calendar.updatePropertyWithValue('method', 'PUBLISH');
  calendar.updatePropertyWithValue('name', options.name);
  calendar.updatePropertyWithValue('x-wr-calname', options.name);
  // Without a zone a calendar would have no component at all, which RFC 5545 does not allow.
  const zones = new Set(['Europe/Paris', ...sessions.map(zoneOf)]);
  for (const zone of zones) calendar.addSubcomponent(timeZone(zone));
  for (const session of sessions) calendar.addSubcomponent(eventOf(session, options));
  // RFC 5545 §3.1: lines end with CRLF, the last one too.
  return `${calendar.toString()}\r\n`;
}

const zoneOf = ({ series, terms }: SessionFound): string =>
  (terms ?? series.plan.parts.at(-1)?.terms)?.schedule.timeZone ?? 'Europe/Paris';

function timeZone(name: string): ICAL.Component {
  const [block] = timeZoneBlock(name);
  if (block === undefined) throw new Error(`no rules of ${name}`);
  return ICAL.Component.fromString(block);
}

function eventOf(session: SessionFound, { withLinks }: CalendarOptions): ICAL.Component {
  const { id, series, row, startsAt } = session;
  const terms = session.terms ?? series.plan.parts.at(-1)?.terms;
  const now =
    session.terms === null
      ? undefined
      : sessionTerms(session.terms, session.local, row?.override ?? null);
  const isWithdrawn = series.offer_state === 'withdrawn';
  const isCancelled = cancellation(session) !== undefined || session.terms === null;
  const event = new ICAL.Component('vevent');
  event.updatePropertyWithValue('uid', `${id}@relais`);
  // Each only ever grows, and so does their sum: nothing opens again what was withdrawn.
  const touched = row === undefined ? 0 : Number(row.revision) + 1;
  const sequence = Number(series.revision) + touched + Number(isWithdrawn);
  event.updatePropertyWithValue('sequence', sequence);
  const withdrawnAt = isWithdrawn ? series.offer_changed_at : '';
  const changed = [series.changed_at, row?.changed_at ?? '', withdrawnAt].sort().at(-1) ?? '';
  event.updatePropertyWithValue('dtstamp', utc(changed));
  event.updatePropertyWithValue('last-modified', utc(changed));
  const zone = zoneOf(session);
  setLocal(event, 'dtstart', startsAt, zone);
  setLocal(event, 'dtend', now?.endsAt ?? row?.ends_at ?? startsAt, zone);
  event.updatePropertyWithValue('summary', textOf(terms?.title ?? series.offer_title));
  const texts = {
    description: terms?.details,
    location: now?.place,
    url: withLinks ? now?.link : null,
  };
  for (const [name, value] of Object.entries(texts)) {
    if (value) event.updatePropertyWithValue(name, textOf(value));
  }
  event.updatePropertyWithValue('categories', series.kind);
  event.updatePropertyWithValue('status', isCancelled ? 'CANCELLED' : 'CONFIRMED');
  return event;
}

/** A text has no control characters but tabs and line feeds (RFC 5545 §3.3.11): some programs end a line at a bare CR. */
const textOf = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out.
  text.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000B-\u001F\u007F]/g, '');

const utc = (iso: string): ICAL.Time => ICAL.Time.fromJSDate(new Date(iso), true);

/** In the zone's own time, which an event of RFC 5545 names by TZID. */
function setLocal(event: ICAL.Component, name: string, iso: string, zone: string): void {
  const local = localTimeAt(Temporal.Instant.from(iso), zone);
  const property = event.updatePropertyWithValue(name, ICAL.Time.fromDateTimeString(`${local}:00`));
  property.setParameter('tzid', zone);
}
