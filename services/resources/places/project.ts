import { type PlacePoolEvent, placePoolContract } from '@relais/contracts/places';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';

export type PoolRow = {
  readonly offer: string;
  readonly state: 'open' | 'closed';
  readonly capacity: number;
  readonly reserved: number;
  readonly revision: bigint;
};
export type ReservationRow = {
  readonly id: string;
  readonly offer: string;
  readonly referral: string;
  readonly reserved_at: string;
};

const pools = table<PoolRow, PlacePoolEvent>({
  name: 'place_pool',
  key: ['offer'],
  touches: ({ data }) => [{ offer: data.offer }],
  fold: (row, event, { revision }) => poolRow(row, event, revision),
});

const reservations = table<ReservationRow, PlacePoolEvent>({
  name: 'reservation',
  key: ['id'],
  touches: (event) =>
    event.type === 'place-reserved.v1' || event.type === 'place-released.v1'
      ? [{ id: event.data.reservation }]
      : [],
  fold(row, event, { recordedAt }) {
    if (event.type === 'place-released.v1') return undefined;
    if (event.type !== 'place-reserved.v1') return row;
    const { reservation: id, offer, referral } = event.data;
    return { id, offer, referral, reserved_at: recordedAt };
  },
});

export const placesPart: Part<PlacePoolEvent> = {
  categories: { 'place-pool': placePoolContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [pools, reservations],
};

/** The pool as it stands after this event; a refusal of a pool that nobody opened leaves no row. */
export function poolRow(
  row: PoolRow | undefined,
  event: PlacePoolEvent,
  revision: bigint,
): PoolRow | undefined {
  if (event.type === 'place-pool-opened.v1') {
    const { offer, capacity } = event.data;
    return { offer, state: 'open', capacity, reserved: 0, revision };
  }
  if (row === undefined) return undefined;
  switch (event.type) {
    case 'place-pool-resized.v1':
      return { ...row, capacity: event.data.capacity, revision };
    case 'place-pool-closed.v1':
      return { ...row, state: 'closed', revision };
    case 'place-reserved.v1':
      return { ...row, reserved: row.reserved + 1, revision };
    case 'place-released.v1':
      return { ...row, reserved: row.reserved - 1, revision };
    case 'place-refused.v1':
    case 'place-pool-balanced.v1':
      return { ...row, revision };
  }
}
