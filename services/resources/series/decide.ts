import { type Actor, mayManage } from '@relais/contracts/actors';
import type { AssociationId, SeriesId } from '@relais/contracts/ids';
import { SessionKind } from '@relais/contracts/session-codes';
import type { SeriesEvent } from '@relais/contracts/session-events';
import type { SessionRefusalCode } from '@relais/contracts/session-problems';
import type { PlanSeries, SeriesTerms } from '@relais/contracts/sessions';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import { instantOf, localTimeAt, refusalOf } from './recurrence.ts';
import { absent, evolve, type KnownSeries, type Series, termsFrom } from './state.ts';

/** What the rules need to know of the offer, as the log has it this moment. */
export type OfferFact = {
  readonly association: AssociationId;
  readonly kind: string;
  readonly isOpen: boolean;
};

/** `siteIsKnown`: of the site that the terms name, or that they name none. */
type Facts = { readonly now: string; readonly actor: Actor };
export type SeriesCommand = Facts &
  (
    | {
        readonly type: 'plan';
        readonly series: SeriesId;
        readonly body: PlanSeries;
        readonly offer: OfferFact;
        readonly siteIsKnown: boolean;
      }
    | {
        readonly type: 'change';
        readonly from: string | undefined;
        readonly terms: SeriesTerms;
        readonly siteIsKnown: boolean;
      }
    | { readonly type: 'end'; readonly from: string | undefined }
  );

export type SeriesRefusal = { readonly code: SessionRefusalCode };
type Decided = Decision<SeriesEvent, SeriesRefusal>;

/** A series with more changes than this is planned anew: each is looked at by every read. */
export const changesMax = 50;
/** How long ago a series may begin, so that what took place can still be written down. */
const pastDaysMax = 366;

/** Which sessions there are to be. What took place stays: a change is for sessions to come. */
export function decide(command: SeriesCommand, series: Series): Decided {
  if (command.type === 'plan') return plan(command, series);
  if (series.state === 'absent') return refuse({ code: 'not-found' });
  if (!mayManage(command.actor, series.association)) return refuse({ code: 'not-your-offer' });
  return command.type === 'change' ? change(command, series) : end(command, series);
}

function plan(
  { series: id, body, offer, siteIsKnown, actor, now }: Extract<SeriesCommand, { type: 'plan' }>,
  series: Series,
): Decided {
  if (series.state !== 'absent') return refuse({ code: 'already-exists' });
  const { offer: offerId, ...terms } = body;
  if (!mayManage(actor, offer.association)) return refuse({ code: 'not-your-offer' });
  if (!SessionKind.safeParse(offer.kind).success) {
    return refuse({ code: 'no-sessions-of-this-offer' });
  }
  if (!offer.isOpen) return refuse({ code: 'offer-not-open' });
  const refusal = refusalOfTerms(terms, siteIsKnown);
  if (refusal !== undefined) return refuse(refusal);
  if (daysAgo(terms, now) > pastDaysMax) return refuse({ code: 'in-the-past' });
  const { association } = offer;
  return accept({
    type: 'series-planned.v1',
    data: { series: id, association, offer: offerId, terms },
  });
}

function change(
  { from: asked, terms, siteIsKnown, now }: Extract<SeriesCommand, { type: 'change' }>,
  series: KnownSeries,
): Decided {
  const from = asked ?? nextMinute(now, terms.schedule.timeZone);
  if (isPast(from, terms.schedule.timeZone, now)) return refuse({ code: 'in-the-past' });
  const refusal = refusalOfTerms(terms, siteIsKnown);
  if (refusal !== undefined) return refuse(refusal);
  const earliest = [terms.schedule.start, ...terms.schedule.extra].sort()[0] ?? from;
  if (earliest < from) return refuse({ code: 'starts-before-change' });
  const current = termsFrom(series, from);
  if (current !== undefined && JSON.stringify(current) === JSON.stringify(terms)) return accept();
  if (series.parts.length > changesMax) return refuse({ code: 'too-many-changes' });
  return accept({ type: 'series-changed.v1', data: { ...identity(series), from, terms } });
}

function end(
  { from: asked, now }: Extract<SeriesCommand, { type: 'end' }>,
  series: KnownSeries,
): Decided {
  const { timeZone } = series.parts.at(-1)?.terms.schedule ?? { timeZone: 'UTC' };
  const from = asked ?? nextMinute(now, timeZone);
  if (isPast(from, timeZone, now)) return refuse({ code: 'in-the-past' });
  if (series.endsFrom !== null && series.endsFrom <= from) return accept();
  return accept({ type: 'series-ended.v1', data: { ...identity(series), from } });
}

function refusalOfTerms(terms: SeriesTerms, siteIsKnown: boolean): SeriesRefusal | undefined {
  return refusalOf(terms.schedule) ?? (siteIsKnown ? undefined : { code: 'site-unknown' });
}

const identity = ({ series, association, offer }: KnownSeries) => ({ series, association, offer });

/** The first moment that is not now any more. */
const nextMinute = (now: string, timeZone: string): string =>
  localTimeAt(Temporal.Instant.from(now).add({ minutes: 1 }), timeZone);

const isPast = (local: string, timeZone: string, now: string): boolean =>
  local <= localTimeAt(Temporal.Instant.from(now), timeZone);

function daysAgo({ schedule }: SeriesTerms, now: string): number {
  const start = instantOf(schedule.start, schedule.timeZone)?.epochMilliseconds ?? 0;
  return (Date.parse(now) - start) / 86_400_000;
}

export const seriesAggregate: Aggregate<SeriesCommand, Series, SeriesEvent, SeriesRefusal> = {
  category: 'series',
  initial: absent,
  decide,
  evolve,
};
