import { type Actor, mayManage } from '@relais/contracts/actors';
import type { OfferId } from '@relais/contracts/ids';
import { isVisible, viewersOf } from '@relais/contracts/offer-visibility';
import type { Log } from '@relais/event-log/log';
import type { Desk } from '../desk.ts';
import { readOffer, readOrganisation } from '../stored.ts';
import { readList } from '../waiting-lists/react.ts';
import type { KnownOffer } from './offer.ts';

type Reading = Pick<Desk, 'log' | 'pools'>;
export type Seen = { readonly offer: KnownOffer; readonly isRetired: boolean };

/**
 * The offer as it is this moment, for who may know of it; undefined for others. What a retired organisation offers is
 * known to those who keep it and to whom it concerns, as `isVisibleRow` (query.ts) has it in rows.
 */
export async function seenOffer(
  desk: Reading,
  id: OfferId,
  actor: Actor,
): Promise<Seen | undefined> {
  const offer = await readOffer(desk.log, id);
  if (offer.state === 'absent' || !isVisible(actor, offer)) return undefined;
  const isRetired = await isOfRetired(desk.log, offer);
  const isTheirs = !isRetired || mayManage(actor, offer.association);
  return isTheirs || (await concerns(desk, id, actor)) ? { offer, isRetired } : undefined;
}

/** Whether the organisation that it names, if any, is retired. */
export async function isOfRetired(
  log: Pick<Log, 'read'>,
  { terms: { organisation } }: KnownOffer,
): Promise<boolean> {
  return organisation !== null && (await readOrganisation(log, organisation)).state === 'retired';
}

/** Who keeps a place, or sent somebody who waits for one. */
async function concerns({ log, pools }: Reading, id: OfferId, actor: Actor): Promise<boolean> {
  const viewers = viewersOf(actor);
  const { pool } = await pools.read(id);
  const { state } = await readList(log, id);
  return (
    pool.held.some(({ association }) => association !== null && viewers.includes(association)) ||
    state.entries.some(({ sender }) => viewers.includes(sender))
  );
}
