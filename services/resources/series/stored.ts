/** Series as they stand in the log this very moment: what decisions rest on, never rows that may lag. */
import { type Actor, actorOf } from '@relais/contracts/actors';
import { type OfferId, type SeriesId, SiteId } from '@relais/contracts/ids';
import { seriesContract } from '@relais/contracts/session-events';
import type { Log } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Caller } from '@relais/http/caller';
import { HttpProblem } from '@relais/http/problem';
import type { KnownOffer } from '../offers/offer.ts';
import { offerFor } from '../offers/seen.ts';
import { readSite } from '../stored.ts';
import type { OfferFact } from './decide.ts';
import { absent, evolve, type Series } from './state.ts';

type Reading = Pick<Log, 'read'>;

export async function readSeries(log: Reading, id: SeriesId): Promise<Series> {
  let series = absent;
  for await (const record of log.read(`series-${id}`)) {
    series = evolve(series, parse(seriesContract, record));
  }
  return series;
}

export const offerFactOf = ({ association, terms, state }: KnownOffer): OfferFact => ({
  association,
  kind: terms.kind,
  isOpen: state === 'open',
});

/** The offer, if the caller may know of it. Throws the problem `not-found`. */
export async function visibleOffer(
  log: Reading,
  id: OfferId,
  caller: Caller,
  concerns: Concerns = async () => false,
): Promise<KnownOffer & { readonly isRetired: boolean }> {
  const actor = actorOf(caller);
  const seen = await offerFor(log, id, actor, () => concerns(actor));
  if (seen === undefined) throw new HttpProblem('not-found');
  return { ...seen.offer, isRetired: seen.isRetired };
}

/** Whether something of it is the caller's, so that it stays there when its organisation is retired. */
type Concerns = (actor: Actor) => Promise<boolean>;

/** A series of an offer that the caller may know of. Throws the problem `not-found`. */
export async function visibleSeries(
  log: Reading,
  id: SeriesId,
  caller: Caller,
  concerns?: Concerns,
) {
  const series = await readSeries(log, id);
  if (series.state === 'absent') throw new HttpProblem('not-found');
  const offer = await visibleOffer(log, series.offer, caller, concerns);
  return { series, offer, actor: actorOf(caller) };
}

/** Whether the directory has this site today; none is fine. */
export async function siteIsKnown(log: Reading, site: string | null): Promise<boolean> {
  return site === null || (await readSite(log, SiteId.parse(site))).state === 'listed';
}
