import { type Actor, mayManage } from '@relais/contracts/actors';
import type { OfferId, ReferralId } from '@relais/contracts/ids';
import { isVisible, viewersOf } from '@relais/contracts/offer-visibility';
import { referralContract } from '@relais/contracts/referral-events';
import type { Log } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Desk } from '../desk.ts';
import { readOffer, readOrganisation } from '../stored.ts';
import { readList } from '../waiting-lists/react.ts';
import type { KnownOffer } from './offer.ts';

type Reading = Pick<Desk, 'log' | 'pools'>;
export type Seen = { readonly offer: KnownOffer; readonly isRetired: boolean };

/**
 * The offer as it is this moment, for who may know of it; undefined for others. What a retired organisation offers is
 * known to those who keep it and to whom it concerns.
 */
export async function offerFor(
  log: Pick<Log, 'read'>,
  id: OfferId,
  actor: Actor,
  concerns: () => Promise<boolean>,
): Promise<Seen | undefined> {
  const offer = await readOffer(log, id);
  if (offer.state === 'absent' || !isVisible(actor, offer)) return undefined;
  const isRetired = await isOfRetired(log, offer);
  const isTheirs = !isRetired || mayManage(actor, offer.association);
  return isTheirs || (await concerns()) ? { offer, isRetired } : undefined;
}

/** The same where it concerns who has to do with its places, as `isVisibleRow` (query.ts) has it in rows. */
export const seenOffer = (desk: Reading, id: OfferId, actor: Actor): Promise<Seen | undefined> =>
  offerFor(desk.log, id, actor, () => concerns(desk, id, actor));

/** Whether the organisation that it names, if any, is retired. */
export async function isOfRetired(
  log: Pick<Log, 'read'>,
  { terms: { organisation } }: KnownOffer,
): Promise<boolean> {
  return organisation !== null && (await readOrganisation(log, organisation)).state === 'retired';
}

/**
 * A row of the offer for who may know of it. Rows do not tell who sent the referral that has a place: where they show
 * nothing, the log is asked.
 */
export async function seenRow<Row>(
  desk: Reading,
  id: OfferId,
  actor: Actor,
  find: (isConcerned: boolean) => Promise<Row | undefined>,
): Promise<Row | undefined> {
  const row = await find(false);
  if (row !== undefined || (await seenOffer(desk, id, actor)) === undefined) return row;
  return find(true);
}

/** Who keeps a place, sent somebody who has one, or somebody who waits. */
async function concerns({ log, pools }: Reading, id: OfferId, actor: Actor): Promise<boolean> {
  const viewers = viewersOf(actor);
  const { state } = await readList(log, id);
  if (state.entries.some(({ sender }) => viewers.includes(sender))) return true;
  const { pool } = await pools.read(id);
  for (const { association, referral } of pool.held) {
    const by = referral === null ? association : await senderOf(log, referral);
    if (by !== null && viewers.includes(by)) return true;
  }
  return false;
}

async function senderOf(log: Pick<Log, 'read'>, referral: ReferralId) {
  for await (const record of log.read(`referral-${referral}`)) {
    const { data } = parse(referralContract, record);
    if ('sender' in data) return data.sender;
  }
  return null;
}
