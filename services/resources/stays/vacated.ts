import type { OfferId, ReservationId } from '@relais/contracts/ids';
import { placePoolContract } from '@relais/contracts/places';
import type { Log } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { load } from '@relais/event-log/submit';
import { stayOf, stayTarget } from './react.ts';

/** The day on which whoever lived before in the named place of this reservation left it; null where it has no name, or nobody did. */
export async function vacatedOn(
  log: Log,
  offer: OfferId,
  reservation: ReservationId,
): Promise<string | null> {
  const before = await livedThereBefore(log, offer, reservation);
  if (before === undefined) return null;
  const { state } = await load({ log, ...stayTarget(stayOf(before)) }, '');
  return state.state === 'ended' ? state.endedOn : null;
}

/** Of those who had left when this reservation was made. */
async function livedThereBefore(
  log: Log,
  offer: OfferId,
  own: ReservationId,
): Promise<ReservationId | undefined> {
  const units = new Map<ReservationId, string>();
  const lived = new Set<ReservationId>();
  const last = new Map<string, ReservationId>();
  let isMade = false;
  for await (const record of log.read(`place-pool-${offer}`)) {
    const { type, data } = parse(placePoolContract, record);
    if (!('reservation' in data)) continue;
    const { reservation } = data;
    isMade ||= reservation === own;
    if (type === 'place-assigned.v1') units.set(reservation, data.unit);
    if (type === 'place-occupied.v1') lived.add(reservation);
    const isOver = type === 'place-given-back.v1' || type === 'place-released.v1';
    const unit = units.get(reservation);
    if (isOver && !isMade && unit !== undefined && lived.has(reservation)) {
      last.set(unit, reservation);
    }
  }
  return last.get(units.get(own) ?? '');
}
