/** What routes on a pool have in common: who may ask, and how the answer is told. */
import { type Actor, actorOf, mayManage } from '@relais/contracts/actors';
import { OfferId } from '@relais/contracts/ids';
import { isVisible } from '@relais/contracts/offer-visibility';
import type { Caller } from '@relais/http/caller';
import type { Presented } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import type { KnownOffer } from '../offers/offer.ts';
import { readOffer } from '../stored.ts';
import type { Pool } from './state.ts';

export const offerParams = z.strictObject({ id: OfferId });
export const managers = ['partner', 'coordinator'] as const;

export type PlacesDesk = Pick<Desk, 'log' | 'rows' | 'pools' | 'now'>;

/** The offer as it is this moment, for who may know of it. */
export async function visibleOffer(
  { log }: Pick<Desk, 'log'>,
  id: OfferId,
  caller: Caller,
): Promise<{ readonly offer: KnownOffer; readonly actor: Actor; readonly isOwn: boolean }> {
  const actor = actorOf(caller);
  const offer = await readOffer(log, id);
  if (offer.state === 'absent' || !isVisible(actor, offer)) throw new HttpProblem('not-found');
  return { offer, actor, isOwn: mayManage(actor, offer.association) };
}

/** For whoever manages the offer alone. */
export async function ownOffer(
  desk: Pick<Desk, 'log'>,
  id: OfferId,
  caller: Caller,
): Promise<KnownOffer> {
  const { offer, isOwn } = await visibleOffer(desk, id, caller);
  if (!isOwn) throw new HttpProblem('not-your-offer');
  return offer;
}

export const presentPool =
  (id: OfferId) =>
  ({ pool }: Pool): Presented => ({
    id,
    state: pool,
    allowedActions: pool === 'open' ? ['resize'] : [],
    deadlines: {},
  });
