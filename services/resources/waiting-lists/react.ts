/** Waiting lists follow referrals, and are asked whenever there is a free place. */
import type { Priority } from '@relais/contracts/deadlines';
import { OfferId, ReferralId, ReservationId } from '@relais/contracts/ids';
import { placePoolContract } from '@relais/contracts/places';
import { referralContract } from '@relais/contracts/referral-events';
import { waitingListContract } from '@relais/contracts/waiting-lists';
import { derivedId, streamId } from '@relais/event-log/event-id';
import type { Log, Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { load } from '@relais/event-log/submit';
import { balancedLog } from '../places/balanced-log.ts';
import { commandPool, type Reacting } from '../places/reacting.ts';
import { freeOf, heldBy } from '../places/state.ts';
import { readOffer } from '../stored.ts';
import { type Cause, causeOf, commandIdOf, submitAs } from '../system-command.ts';
import {
  balanceEvery,
  type WaitingCommand,
  type WaitingList,
  waitingListAggregate,
} from './decide.ts';
import { passesMax } from './order.ts';

const reaction = 'resources-waiting-lists';
/** How long a place is kept for whoever is next. */
const proposalMs = 72 * 3_600_000;

export const waitingTarget = (id: OfferId) =>
  ({ aggregate: waitingListAggregate, contract: waitingListContract, id }) as const;
export const waitingLog = (log: Log): Log =>
  balancedLog(log, 'waiting-list-balanced', balanceEvery);

/** The list as it is this moment. */
export const readList = (log: Log, offer: OfferId) =>
  load({ log: waitingLog(log), ...waitingTarget(offer) }, '');

const commandList = (desk: Reacting, cause: Cause, asked: WaitingCommand, commandId?: string) =>
  submitAs(waitingLog(desk.log), cause, waitingTarget(asked.offer), asked, { commandId });

export async function putOnList(desk: Reacting, record: Recorded): Promise<void> {
  if (!record.type.startsWith('referral-waitlisted.')) return;
  const event = parse(referralContract, record);
  if (event.type !== 'referral-waitlisted.v1' || event.data.receiver === null) return;
  const referral = ReferralId.parse(streamId(record));
  const asked = await askedOf(desk.log, referral);
  if (asked === undefined) return;
  const { receiver: association, sender, reviewBy } = event.data;
  const { recordedAt: since } = record;
  const who = { referral, association, sender, since, reviewBy };
  const { offer, priority } = asked;
  const join = { type: 'join', offer, priority, ...who } as const;
  await commandList(desk, causeOf(reaction, record), join);
}

/** A referral that is answered, or over, does not wait any more. */
const answers = new Set([
  'accepted',
  'declined',
  'withdrawn',
  'redirected',
  'expired',
  'cancelled',
  'entered-in-error',
]);

export async function takeOffList(desk: Reacting, record: Recorded): Promise<void> {
  const because = record.type.slice('referral-'.length, record.type.lastIndexOf('.'));
  if (!answers.has(because)) return;
  const referral = ReferralId.parse(streamId(record));
  const asked = await askedOf(desk.log, referral);
  if (asked?.waited !== true) return;
  const { offer } = asked;
  await commandList(desk, causeOf(reaction, record), { type: 'leave', offer, referral, because });
}

type Asked = {
  readonly offer: OfferId;
  readonly priority: Priority;
  /** It was on the list once. */
  readonly waited?: boolean;
};

/** What a referral asks for, as it was last sent, claimed or opened again; undefined when that is no offer. */
async function askedOf(log: Log, referral: ReferralId): Promise<Asked | undefined> {
  let priority: Priority = 'normal';
  let offer: OfferId | undefined;
  let waited = false;
  for await (const record of log.read(`referral-${referral}`)) {
    const { type, data } = parse(referralContract, record);
    if (type === 'referral-drafted.v1' || type === 'referral-sent.v1') priority = data.priority;
    if ('offer' in data && typeof data.offer === 'object') offer = data.offer?.offer;
    waited ||= type === 'referral-waitlisted.v1';
  }
  return offer && { offer, priority, ...(waited && { waited }) };
}

/** What a pool's event means to those who wait: a place may be free, or is not kept for somebody any more. */
export async function keepOrder(desk: Reacting, record: Recorded): Promise<void> {
  if (!frees.has(record.type)) return;
  const event = parse(placePoolContract, record);
  const cause = causeOf(reaction, record);
  const { offer } = event.data;
  if (event.type === 'place-given-back.v1') {
    const { reservation, because } = event.data;
    // Its referral has a place instead, and leaves the list by itself.
    if (because === 'replaced') return;
    const passed = because === 'expired' || because === 'released';
    await commandList(desk, cause, { type: 'lapse', offer, reservation, because, passed });
  }
  await proposeFree(desk, cause, offer);
}

const frees = new Set([
  'place-released.v1',
  'place-given-back.v1',
  'place-pool-resized.v1',
  'places-unavailability-ended.v1',
]);

/** Keeps the place that was proposed, or says that there is none; and goes on to the next. */
export async function keepForEntry(desk: Reacting, record: Recorded): Promise<void> {
  const event = parse(waitingListContract, record);
  const cause = causeOf(reaction, record);
  const { offer } = event.data;
  const now = desk.now().toISOString();
  if (event.type === 'waiting-list-joined.v1' || event.type === 'waiting-list-moved.v1') {
    await proposeFree(desk, cause, offer);
  }
  if (event.type === 'waiting-list-proposal-lapsed.v1') {
    const { reservation, because } = event.data;
    await commandPool(desk, cause, {
      type: 'giveBack',
      offer,
      reservation,
      because,
      by: null,
      now,
    });
    await proposeFree(desk, cause, offer);
  }
  if (event.type !== 'waiting-list-proposed.v1') return;
  const { referral, association, reservation, until } = event.data;
  const kept = { offer, referral, association, reservation, until, person: null };
  const max = Number.POSITIVE_INFINITY;
  await commandPool(desk, cause, { type: 'hold', ...kept, max, now });
  const { pool } = await desk.pools.read(offer);
  if (heldBy(pool, reservation) !== undefined || pool.settled.includes(reservation)) return;
  const lapse = { reservation, because: 'no_capacity', passed: false };
  await commandList(desk, cause, { type: 'lapse', offer, ...lapse });
}

/** What was free meanwhile is proposed once the offer is resumed. */
export async function proposeAgain(desk: Reacting, record: Recorded): Promise<void> {
  if (!record.type.startsWith('offer-resumed.')) return;
  await proposeFree(desk, causeOf(reaction, record), OfferId.parse(streamId(record)));
}

/** Proposes each free place of an open offer that is not on its way to somebody to whoever is next. */
async function proposeFree(desk: Reacting, cause: Cause, offer: OfferId): Promise<void> {
  const { state } = await readList(desk.log, offer);
  if (!state.entries.some(({ proposal, passes }) => proposal === null && passes < passesMax))
    return;
  if ((await readOffer(desk.log, offer)).state !== 'open') return;
  const { pool } = await desk.pools.read(offer);
  const free = freeOf(pool) - underWay(state, (one) => heldBy(pool, one) === undefined);
  const until = new Date(desk.now().getTime() + proposalMs).toISOString();
  for (let n = 0; n < free; n++) {
    const reservation = ReservationId.parse(derivedId('proposal', cause.eventId, n));
    const proposal = { type: 'propose', offer, reservation, until } as const;
    const commandId = commandIdOf(cause, `waiting-list-${offer}`, `propose ${n}`);
    await commandList(desk, cause, proposal, commandId);
  }
}

/** Proposals whose place is not kept yet. */
const underWay = (
  { entries }: WaitingList,
  isMissing: (reservation: ReservationId) => boolean,
): number =>
  entries.filter(({ proposal }) => proposal !== null && isMissing(proposal.reservation)).length;
