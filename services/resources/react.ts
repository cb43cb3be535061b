import { type OfferId, ReferralId } from '@relais/contracts/ids';
import { type OfferEvent, offerContract } from '@relais/contracts/offer-events';
import { placePoolContract } from '@relais/contracts/places';
import { type ReferralEvent, referralContract } from '@relais/contracts/referral-events';
import { TryAgain } from '@relais/event-log/infrastructure-error';
import { ContentMismatch, type Log, type Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { reactionCommandId } from '@relais/event-log/react';
import { submit } from '@relais/event-log/submit';
import { traceContext } from '@relais/telemetry/tracing';
import { balancedLog } from './places/balanced-log.ts';
import { type PoolCommand, poolAggregate } from './places/decide.ts';

/** Names the checkpoint, and is part of the ids of its commands. */
export const placesReaction = 'resources-places';
export const placesReactionPrefixes = ['offer-', 'referral-'];

/**
 * Answers offers and referrals with commands on places: a counted offer opens its pool, a referral that asks for a
 * place gets or is refused one, and gives it back once. For `runReaction`; any number of processes may do it at once.
 */
export function answerWithPlaces(log: Log): (record: Recorded) => Promise<void> {
  const inTurn = turnsByKey();
  return async (record) => {
    const command = commandOf(record);
    if (command === undefined) return;
    // Streams are answered side by side: those that ask one pool would only lose races against each other.
    await inTurn(command.offer, async () => {
      if (command.type === 'reserve') await openFirst(log, command.offer);
      await carryOut(log, record, command);
    });
  };
}

/** What an event asks of a pool, if anything. Throws UnparsableEvent. */
export function commandOf(record: Recorded): PoolCommand | undefined {
  return record.stream.startsWith('offer-')
    ? commandOfOffer(parse(offerContract, record))
    : commandOfReferral(referralOf(record), parse(referralContract, record));
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
): PoolCommand | undefined {
  switch (type) {
    case 'referral-place-requested.v1':
      return { type: 'reserve', referral, offer: data.offer, reservation: data.reservation };
    case 'referral-place-released.v1':
      return { type: 'release', referral, offer: data.offer, reservation: data.reservation };
    case 'referral-completed.v1':
      return data.place === null ? undefined : { type: 'release', referral, ...data.place };
    default:
      return undefined;
  }
}

const referralOf = (record: Recorded): ReferralId =>
  ReferralId.parse(record.stream.slice('referral-'.length));

/** A request may be here before the offer it is for: what the offer asks of its pool comes first. */
async function openFirst(log: Log, offer: OfferId): Promise<void> {
  for await (const _ of log.read(`place-pool-${offer}`, { max: 1 })) return;
  for await (const record of log.read(`offer-${offer}`)) {
    const command = commandOf(record);
    if (command !== undefined) await carryOut(log, record, command);
  }
}

async function carryOut(log: Log, cause: Recorded, command: PoolCommand): Promise<void> {
  const { correlationId, association } = cause.metadata;
  const commandId = reactionCommandId(placesReaction, cause.id);
  try {
    // A refusal is as well: the places of this offer were never counted.
    const { outcome } = await submit(command, {
      log: balancedLog(log),
      aggregate: poolAggregate,
      contract: placePoolContract,
      id: command.offer,
      context: {
        actor: `system:${placesReaction}`,
        association,
        correlationId,
        causationId: cause.id,
        commandId,
        occurredAt: cause.recordedAt,
        ...traceContext(),
      },
    });
    if (outcome === 'contended') throw new TryAgain(`others write to the pool of ${command.offer}`);
  } catch (error) {
    // Answered so long ago that the pool has forgotten it, and would be answered otherwise today: it stays as it was.
    if (!(error instanceof ContentMismatch)) throw error;
  }
}

/** Runs jobs of one key one after another, jobs of different keys side by side. */
function turnsByKey(): (key: string, job: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>();
  return (key, job) => {
    const mine = (last.get(key) ?? Promise.resolve()).then(job);
    const over = mine
      .catch(() => undefined)
      .then(() => {
        if (last.get(key) === over) last.delete(key);
      });
    last.set(key, over);
    return mine;
  };
}
