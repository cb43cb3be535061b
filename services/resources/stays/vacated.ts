import type { OfferId, ReservationId } from '@relais/contracts/ids';
import { placePoolContract } from '@relais/contracts/places';
import type { Log } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { load } from '@relais/event-log/submit';
import type { Reacting } from '../places/reacting.ts';
import { heldBy } from '../places/state.ts';
import { stayOf, stayTarget } from './react.ts';

/** A pool lives for years: who left a place longer ago than this is not looked for. */
const eventsMax = 5_000;

/** The day on which whoever lived before in the named place of this reservation left it; null where it has no name, or nobody did. */
export async function vacatedOn(
  { log, pools }: Pick<Reacting, 'log' | 'pools'>,
  offer: OfferId,
  reservation: ReservationId,
): Promise<string | null> {
  const { pool } = await pools.read(offer);
  const unit = heldBy(pool, reservation)?.unit ?? null;
  if (unit === null) return null;
  for await (const before of gaveBack(log, offer, { reservation, unit })) {
    const { state } = await load({ log, ...stayTarget(stayOf(before)) }, '');
    if (state.state === 'ended') return state.endedOn;
  }
  return null;
}

/** Who had given the unit back when this reservation was made, the last first. */
async function* gaveBack(
  log: Log,
  offer: OfferId,
  own: { readonly reservation: ReservationId; readonly unit: string },
): AsyncGenerator<ReservationId> {
  const gone = new Set<ReservationId>();
  let isMade = false;
  const read = { backwards: true, max: eventsMax } as const;
  for await (const record of log.read(`place-pool-${offer}`, read)) {
    const { type, data } = parse(placePoolContract, record);
    switch (type) {
      case 'place-held.v1':
      case 'place-reserved.v1':
        isMade ||= data.reservation === own.reservation;
        break;
      case 'place-given-back.v1':
      case 'place-released.v1':
        if (isMade) gone.add(data.reservation);
        break;
      case 'place-assigned.v1':
        // The last unit of whoever had several.
        if (gone.delete(data.reservation) && data.unit === own.unit) yield data.reservation;
        break;
    }
  }
}
