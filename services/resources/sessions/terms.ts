import type { Occasion, Override, StoredTerms } from '@relais/contracts/session-events';
import { instantOf } from '../series/recurrence.ts';

/** What holds for one session: the series' terms with what was changed for it. */
export type SessionTerms = Pick<
  StoredTerms,
  'seats' | 'site' | 'place' | 'link' | 'durationMinutes'
> & { readonly startsAt: string; readonly endsAt: string };

/** By the series' terms, the time the series has it begin, and what was changed. */
export function sessionTerms(
  terms: StoredTerms,
  originalStart: string,
  override: Override | null,
): SessionTerms {
  const { timeZone } = terms.schedule;
  const durationMinutes = override?.durationMinutes ?? terms.durationMinutes;
  const starts = instantOf(override?.movedTo ?? originalStart, timeZone);
  if (starts === undefined) throw new Error('a session begins at a time that exists');
  const moved = override !== null && (override.site !== null || override.place !== null);
  return {
    durationMinutes,
    seats: override?.seats ? override.seats.limit : terms.seats,
    site: moved ? override.site : terms.site,
    place: moved ? override.place : terms.place,
    link: override?.link ?? terms.link,
    startsAt: isoOf(starts),
    endsAt: isoOf(starts.add({ minutes: durationMinutes })),
  };
}

/** When registration opens and closes, and from when on a cancellation is late. ISO 8601; null: open already. */
export function datesOf(
  terms: Pick<StoredTerms, 'opensHoursBefore' | 'closesHoursBefore' | 'lateCancellationHours'>,
  { startsAt }: Pick<Occasion, 'startsAt'>,
): { readonly opensAt: string | null; readonly closesAt: string; readonly lateFrom: string } {
  const before = (hours: number) => isoOf(Temporal.Instant.from(startsAt).subtract({ hours }));
  return {
    opensAt: terms.opensHoursBefore === null ? null : before(terms.opensHoursBefore),
    closesAt: before(terms.closesHoursBefore),
    lateFrom: before(terms.lateCancellationHours),
  };
}

/** With milliseconds, as rows come back from PostgreSQL. */
export const isoOf = (at: Temporal.Instant): string => new Date(at.epochMilliseconds).toISOString();
