import {
  type OfferEvent,
  type OfferState,
  offerContract,
  type PlacePoolEvent,
  placePoolContract,
} from '@relais/contracts/resources';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { type Projection, table } from '@relais/event-log/projection';

type Event = OfferEvent | PlacePoolEvent;
export type Terms = Omit<
  Extract<OfferEvent, { type: 'offer-published.v1' }>['data'],
  'offer' | 'association'
>;

export type OfferRow = {
  readonly id: string;
  readonly association: string;
  readonly kind: string;
  readonly state: OfferState;
  readonly title: string;
  readonly revision: bigint;
  readonly terms: Terms;
  readonly published_at: string;
  readonly changed_at: string;
};
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

const offers = table<OfferRow, Event>({
  name: 'offer',
  key: ['id'],
  touches: (event) => (isOfOffer(event) ? [{ id: event.data.offer }] : []),
  fold: (row, event, record) => (isOfOffer(event) ? offerRow(row, event, record) : row),
});

const pools = table<PoolRow, Event>({
  name: 'place_pool',
  key: ['offer'],
  touches: (event) => (isOfOffer(event) ? [] : [{ offer: event.data.offer }]),
  fold: (row, event, { revision }) => (isOfOffer(event) ? row : poolRow(row, event, revision)),
});

const reservations = table<ReservationRow, Event>({
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

/** What lists and single reads answer from. Who gets a place never depends on it: that is decided on the log. */
export const resourcesProjection: Projection<Event> = {
  name: 'resources',
  version: 1,
  prefixes: ['offer-', 'place-pool-'],
  views: new URL('./views.sql', import.meta.url),
  parse: (record) =>
    record.stream.startsWith('offer-')
      ? parse(offerContract, record)
      : parse(placePoolContract, record),
  tables: [offers, pools, reservations],
};

const isOfOffer = (event: Event): event is OfferEvent => event.type.startsWith('offer-');

type Stamp = Pick<Recorded, 'revision' | 'recordedAt'>;

/** The offer as it stands after this event. */
export function offerRow(
  row: OfferRow | undefined,
  event: OfferEvent,
  { revision, recordedAt }: Stamp,
): OfferRow {
  if (event.type === 'offer-published.v1') {
    const { offer: id, association, ...terms } = event.data;
    const { kind, title } = terms;
    const published = { state: 'open', revision, published_at: recordedAt } as const;
    return { id, association, kind, title, terms, ...published, changed_at: recordedAt };
  }
  if (row === undefined) throw new Error('an event before the offer was published');
  return { ...row, state: stateAfter[event.type], revision, changed_at: recordedAt };
}

const stateAfter = {
  'offer-suspended.v1': 'suspended',
  'offer-resumed.v1': 'open',
  'offer-withdrawn.v1': 'withdrawn',
} as const;

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
