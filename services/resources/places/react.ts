import { type OfferId, ReferralId, StayId } from '@relais/contracts/ids';
import { type OfferEvent, offerContract } from '@relais/contracts/offer-events';
import { type ReferralEvent, referralContract } from '@relais/contracts/referral-events';
import { type StayEvent, stayContract } from '@relais/contracts/stays';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { load } from '@relais/event-log/submit';
import { loseStay, offerStay, stayTarget } from '../stays/react.ts';
import { isLived } from '../stays/state.ts';
import { causeOf } from '../system-command.ts';
import {
  keepForEntry,
  keepOrder,
  proposeAgain,
  putOnList,
  takeOffList,
} from '../waiting-lists/react.ts';
import type { PoolCommand } from './commands.ts';
import { commandPool, type Reacting } from './reacting.ts';

/** Names the checkpoint, and is part of the ids of its commands. */
export const placesReaction = 'resources-places';
export const placesReactionPrefixes = [
  'offer-',
  'place-pool-',
  'referral-',
  'stay-',
  'waiting-list-',
];

type React = (desk: Reacting, record: Recorded) => Promise<void>;

/** What follows an event of each kind of stream, in this order. */
const reactions: { readonly [prefix: string]: readonly React[] } = {
  'offer-': [askPool, proposeAgain],
  'place-pool-': [offerStay, loseStay, keepOrder],
  'referral-': [askPool, offerStay, putOnList, takeOffList],
  'stay-': [askPool, stayAfterAll],
  'waiting-list-': [keepForEntry],
};

/**
 * Answers what happens to offers, referrals, stays and waiting lists: a counted offer opens its pool, a referral that
 * asks for a place gets or is refused one and gives it back once, who accepted gets a stay, who waits is next. For
 * `runReaction`; any number of processes may do it at once.
 */
export function answerWithPlaces(desk: Reacting): (record: Recorded) => Promise<void> {
  return async (record) => {
    const prefix = placesReactionPrefixes.find((one) => record.stream.startsWith(one)) ?? '';
    for (const react of reactions[prefix] ?? []) await react(desk, record);
  };
}

/** What an event of another stream asks of a pool. */
async function askPool(desk: Reacting, record: Recorded): Promise<void> {
  const command = commandOf(record);
  if (command === undefined) return;
  if (command.type === 'reserve') await openFirst(desk, command.offer);
  await commandPool(desk, causeOf(placesReaction, record), command);
}

/** Who was to leave, and is renewed or does not, lives there as before. */
async function stayAfterAll(desk: Reacting, record: Recorded): Promise<void> {
  if (!/^stay-(renewed|remained)\./.test(record.type)) return;
  const id = StayId.parse(streamId(record));
  const { state } = await load({ log: desk.log, ...stayTarget(id) }, '');
  if (state.state === 'absent' || !isLived(state)) return;
  const { offer, reservation, arrivedOn: since } = state;
  await commandPool(desk, causeOf(placesReaction, record), {
    ...{ type: 'occupy', offer, reservation, since },
  });
}

/** What an event asks of a pool, if anything. Throws UnparsableEvent. */
function commandOf(record: Recorded): PoolCommand | undefined {
  const { recordedAt: now } = record;
  if (record.stream.startsWith('offer-')) return commandOfOffer(parse(offerContract, record));
  if (record.stream.startsWith('stay-')) return commandOfStay(parse(stayContract, record), now);
  const referral = ReferralId.parse(streamId(record));
  return commandOfReferral(referral, parse(referralContract, record), now);
}

function commandOfOffer({ type, data }: OfferEvent): PoolCommand | undefined {
  const { offer } = data;
  switch (type) {
    case 'offer-published.v2':
      return data.places === null ? undefined : { type: 'open', offer, capacity: data.places };
    case 'offer-withdrawn.v1':
      return { type: 'close', offer };
    default:
      return undefined;
  }
}

function commandOfReferral(
  referral: ReferralId,
  { type, data }: ReferralEvent,
  now: string,
): PoolCommand | undefined {
  switch (type) {
    case 'referral-place-requested.v1':
      return { type: 'reserve', referral, offer: data.offer, reservation: data.reservation };
    case 'referral-place-released.v1': {
      const { offer, reservation } = data;
      return { type: 'release', referral, offer, reservation, used: false, now };
    }
    case 'referral-completed.v1':
      return data.place === null
        ? undefined
        : { type: 'release', referral, ...data.place, used: true, now };
    default:
      return undefined;
  }
}

function commandOfStay({ type, data }: StayEvent, now: string): PoolCommand | undefined {
  switch (type) {
    case 'stay-arrived.v1': {
      const { offer, reservation, arrivedOn: since } = data;
      return { type: 'occupy', offer, reservation, since };
    }
    case 'stay-arrival-corrected.v1': {
      const { offer, reservation, arrivedOn: since } = data;
      return { type: 'correctArrival', offer, reservation, since };
    }
    case 'stay-leaving.v1': {
      const { offer, reservation, leavesOn } = data;
      return { type: 'leave', offer, reservation, leavesOn };
    }
    case 'stay-refused.v1':
    case 'stay-ended.v1': {
      const { offer, reservation } = data;
      const because = type === 'stay-ended.v1' ? 'stay-ended' : 'stay-refused';
      return { type: 'giveBack', offer, reservation, because, by: null, now };
    }
    default:
      return undefined;
  }
}

/** A request may be here before the offer it is for: what the offer asks of its pool comes first. */
async function openFirst(desk: Reacting, offer: OfferId): Promise<void> {
  if (await desk.pools.hasBegun(offer)) return;
  for await (const record of desk.log.read(`offer-${offer}`)) await askPool(desk, record);
}
