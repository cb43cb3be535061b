import type { AssociationId, OfferId, SeriesId } from '@relais/contracts/ids';
import type { SeriesEvent, StoredTerms } from '@relais/contracts/session-events';
import { extentOf, type Occurrence, occurrences, occursAt, type Window } from './recurrence.ts';

/** Terms for the sessions that begin at `from` or later, until the next part; null: from the first on. */
export type Part = { readonly from: string | null; readonly terms: StoredTerms };

/** Which sessions a series has: "this and following" makes a new part. */
export type Plan = {
  readonly parts: readonly Part[];
  /** Local time from which it has none any more. */
  readonly endsFrom: string | null;
};

export type Series =
  | { readonly state: 'absent' }
  | (Plan & {
      readonly state: 'planned' | 'ended';
      readonly series: SeriesId;
      readonly association: AssociationId;
      readonly offer: OfferId;
    });
export type KnownSeries = Exclude<Series, { state: 'absent' }>;

export const absent: Series = { state: 'absent' };

export function evolve(series: Series, event: SeriesEvent): Series {
  if (event.type === 'series-planned.v1') {
    const { terms, ...identity } = event.data;
    return { state: 'planned', ...identity, ...planAfter(undefined, event) };
  }
  if (series.state === 'absent') throw new Error('changed before it was planned');
  const after = planAfter(series, event);
  return { ...series, ...after, state: after.endsFrom === null ? 'planned' : 'ended' };
}

/** The plan after this event; what a change says holds for everything that follows. */
export function planAfter(plan: Plan | undefined, event: SeriesEvent): Plan {
  if (event.type === 'series-planned.v1') {
    return { parts: [{ from: null, terms: event.data.terms }], endsFrom: null };
  }
  if (plan === undefined) throw new Error('changed before it was planned');
  const { from } = event.data;
  if (event.type === 'series-ended.v1') return { ...plan, endsFrom: from };
  const kept = plan.parts.filter((part) => part.from === null || part.from < from);
  return { parts: [...kept, { from, terms: event.data.terms }], endsFrom: null };
}

/** A session as its series has it. */
export type Planned = Occurrence & { readonly terms: StoredTerms };

/** The sessions that begin within the window, in order. */
export function plannedWithin(plan: Plan, window: Window): Planned[] {
  return plan.parts.flatMap((part, index) =>
    occurrences(part.terms.schedule, window)
      .filter(({ local }) => belongs(plan, index, local))
      .map((one) => ({ ...one, terms: part.terms })),
  );
}

/** The terms of the session that begins at this local time; undefined where none does. */
export function termsAt(plan: Plan, local: string): StoredTerms | undefined {
  const index = plan.parts.findIndex((_, at) => belongs(plan, at, local));
  const terms = plan.parts[index]?.terms;
  return terms !== undefined && occursAt(terms.schedule, local) ? terms : undefined;
}

/** The terms that hold from exactly this time on and are the last. */
export function termsFrom({ parts, endsFrom }: Plan, from: string): StoredTerms | undefined {
  const last = parts.at(-1);
  return endsFrom === null && last?.from === from ? last.terms : undefined;
}

/** Whether a local time is within what the part at this index is for. */
export function belongs({ parts, endsFrom }: Plan, index: number, local: string): boolean {
  const [part, next] = [parts[index], parts[index + 1]];
  if (part === undefined) return false;
  const isBefore = (limit: string | null | undefined) => !limit || local < limit;
  return (part.from === null || local >= part.from) && isBefore(next?.from) && isBefore(endsFrom);
}

/** From the first to the last session's beginning, by the schedules alone; `last` is null without an end. */
export function extentOfPlan({ parts }: Plan): { first: string; last: string | null } {
  const extents = parts.map(({ terms }) => extentOf(terms.schedule));
  const firsts = extents.map(({ first }) => first.toString()).sort();
  const lasts = extents.map(({ last }) => last?.toString());
  const last = lasts.includes(undefined) ? null : (lasts.sort().at(-1) ?? null);
  return { first: firsts[0] ?? '', last };
}
