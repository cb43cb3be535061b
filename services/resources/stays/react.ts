/** Stays that follow from places: offered when a place is somebody's for good, over when it is given back. */
import { type OfferId, ReservationId, StayId } from '@relais/contracts/ids';
import { placePoolContract } from '@relais/contracts/places';
import { referralContract } from '@relais/contracts/referral-events';
import { stayContract } from '@relais/contracts/stays';
import { derivedId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import type { Reacting } from '../places/reacting.ts';
import { heldBy } from '../places/state.ts';
import { readOffer } from '../stored.ts';
import { causeOf, submitAs } from '../system-command.ts';
import { dayOf } from './days.ts';
import { stayAggregate } from './decide.ts';

const reaction = 'resources-stays';

/** One reservation has one stay at most. */
export const stayOf = (reservation: ReservationId): StayId =>
  StayId.parse(derivedId('stay', reservation));

export const stayTarget = (id: StayId) =>
  ({ aggregate: stayAggregate, contract: stayContract, id }) as const;

/** A referral was accepted, or a reservation without one confirmed: where people stay, a stay is offered. */
export async function offerStay(desk: Reacting, record: Recorded): Promise<void> {
  const place = placeOf(record);
  if (place === undefined) return;
  const { offer, reservation } = place;
  const { pool } = await desk.pools.read(offer);
  const held = heldBy(pool, reservation);
  if (held === undefined || held.policy === null) return;
  const published = await readOffer(desk.log, offer);
  if (published.state === 'absent') return;
  const stay = stayOf(reservation);
  const { referral, person, policy } = held;
  const { association } = published;
  const who = { stay, offer, association, reservation, referral, person, policy };
  await submitAs(desk.log, causeOf(reaction, record), stayTarget(stay), { type: 'offer', ...who });
}

function placeOf(
  record: Recorded,
): { readonly offer: OfferId; readonly reservation: ReservationId } | undefined {
  if (record.type === 'place-confirmed.v1') {
    const event = parse(placePoolContract, record);
    return event.type === 'place-confirmed.v1' ? event.data : undefined;
  }
  if (!record.type.startsWith('referral-accepted.')) return undefined;
  const event = parse(referralContract, record);
  return event.type === 'referral-accepted.v1' ? (event.data.place ?? undefined) : undefined;
}

/** A stay that gave its place back itself is over already, and this changes nothing. */
export async function loseStay(desk: Reacting, record: Recorded): Promise<void> {
  const isReleased = record.type.startsWith('place-released.');
  if (!isReleased && !record.type.startsWith('place-given-back.')) return;
  const event = parse(placePoolContract, record);
  if (event.type !== 'place-released.v1' && event.type !== 'place-given-back.v1') return;
  const reservation = ReservationId.parse(event.data.reservation);
  const because = event.type === 'place-released.v1' ? 'referral_ended' : 'place_given_back';
  const lost = { type: 'losePlace', because, today: dayOf(record.recordedAt) } as const;
  await submitAs(desk.log, causeOf(reaction, record), stayTarget(stayOf(reservation)), lost);
}
