/** What routes on a pool have in common: who may ask, and how the answer is told. */
import { type Actor, actorOf, mayManage } from '@relais/contracts/actors';
import { OfferId } from '@relais/contracts/ids';
import type { Caller } from '@relais/http/caller';
import type { Presented } from '@relais/http/outcome';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import type { KnownOffer } from '../offers/offer.ts';
import { type Seen, seenOffer } from '../offers/seen.ts';
import type { Pool } from './state.ts';

export const offerParams = z.strictObject({ id: OfferId });
export const managers = ['partner', 'coordinator'] as const;

export type PlacesDesk = Pick<Desk, 'log' | 'rows' | 'pools' | 'now'>;

/** The offer as it is this moment, for who may know of it. */
export async function visibleOffer(
  desk: Pick<Desk, 'log' | 'pools'>,
  id: OfferId,
  caller: Caller,
): Promise<Seen & { readonly actor: Actor; readonly isOwn: boolean }> {
  const actor = actorOf(caller);
  const seen = await seenOffer(desk, id, actor);
  if (seen === undefined) throw new HttpProblem('not-found');
  return { ...seen, actor, isOwn: mayManage(actor, seen.offer.association) };
}

/** For whoever manages the offer alone. */
export async function ownOffer(
  desk: Pick<Desk, 'log' | 'pools'>,
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
