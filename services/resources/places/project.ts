import { type PlacePoolEvent, type PlaceStage, placePoolContract } from '@relais/contracts/places';
import type { Recorded } from '@relais/event-log/log';
import { table } from '@relais/event-log/projection';
import type { Part } from '../project.ts';

export type PoolRow = {
  readonly offer: string;
  readonly state: 'open' | 'closed';
  readonly policy: string | null;
  readonly capacity: number;
  readonly reserved: number;
  readonly unavailable: number;
  readonly revision: bigint;
};
export type ReservationRow = {
  readonly id: string;
  readonly offer: string;
  readonly referral: string | null;
  readonly person: string | null;
  readonly association: string | null;
  readonly unit: string | null;
  readonly stage: PlaceStage | 'ended';
  readonly held_until: string | null;
  readonly reserved_at: string;
  readonly occupied_on: string | null;
  readonly leaves_on: string | null;
  readonly ended_at: string | null;
  readonly ended_because: string | null;
};
export type UnitRow = {
  readonly id: string;
  readonly offer: string;
  readonly label: string;
  readonly accessible: boolean;
  readonly publics: readonly string[];
};
export type UnavailabilityRow = {
  readonly id: string;
  readonly offer: string;
  readonly unit: string | null;
  readonly places: number;
  readonly reason: string;
  readonly starts_at: string;
  readonly ends_at: string | null;
  readonly began_at: string | null;
  readonly ended_at: string | null;
};
type CapacityRow = {
  readonly offer: string;
  readonly revision: bigint;
  readonly since: string;
  readonly capacity: number;
};

const pools = table<PoolRow, PlacePoolEvent>({
  name: 'place_pool',
  key: ['offer'],
  touches: ({ data }) => [{ offer: data.offer }],
  fold: (row, event, { revision }) => poolRow(row, event, revision),
});

const capacities = table<CapacityRow, PlacePoolEvent>({
  name: 'pool_capacity',
  key: ['offer', 'revision'],
  insertOnly: true,
  touches: ({ type, data }, { revision }) =>
    type === 'place-pool-opened.v1' || type === 'place-pool-resized.v1'
      ? [{ offer: data.offer, revision }]
      : [],
  fold: (_row, { data }, { revision, recordedAt: since }) =>
    'capacity' in data
      ? { offer: data.offer, revision, since, capacity: data.capacity }
      : undefined,
});

const reservations = table<ReservationRow, PlacePoolEvent>({
  name: 'reservation',
  key: ['id'],
  touches: ({ type, data }) =>
    'reservation' in data && type !== 'place-refused.v1' ? [{ id: data.reservation }] : [],
  fold: reservationRow,
});

const units = table<UnitRow, PlacePoolEvent>({
  name: 'place_unit',
  key: ['id'],
  touches: ({ type, data }) =>
    type === 'place-unit-added.v1' || type === 'place-unit-removed.v1' ? [{ id: data.unit }] : [],
  fold(row, event) {
    if (event.type === 'place-unit-removed.v1') return undefined;
    if (event.type !== 'place-unit-added.v1') return row;
    const { unit: id, offer, label, accessible, publics } = event.data;
    return { id, offer, label, accessible, publics };
  },
});

const unavailabilities = table<UnavailabilityRow, PlacePoolEvent>({
  name: 'unavailability',
  key: ['id'],
  touches: ({ data }) => ('unavailability' in data ? [{ id: data.unavailability }] : []),
  fold: unavailabilityRow,
});

export const placesPart: Part<PlacePoolEvent> = {
  categories: { 'place-pool': placePoolContract },
  views: new URL('./views.sql', import.meta.url),
  tables: [pools, capacities, reservations, units, unavailabilities],
};

/** The pool as it stands after this event; a refusal of a pool that nobody opened leaves no row. */
export function poolRow(
  row: PoolRow | undefined,
  event: PlacePoolEvent,
  revision: bigint,
): PoolRow | undefined {
  if (event.type === 'place-pool-opened.v1') {
    const { offer, capacity } = event.data;
    const nobody = { reserved: 0, unavailable: 0 };
    return { offer, state: 'open', policy: null, capacity, ...nobody, revision };
  }
  if (row === undefined) return undefined;
  switch (event.type) {
    case 'place-pool-resized.v1':
      return { ...row, capacity: event.data.capacity, revision };
    case 'place-pool-closed.v1':
      return { ...row, state: 'closed', revision };
    case 'stay-policy-set.v1':
      return { ...row, policy: event.data.policy, revision };
    case 'place-reserved.v1':
    case 'place-held.v1':
      return { ...row, reserved: row.reserved + 1, revision };
    case 'place-released.v1':
    case 'place-given-back.v1':
      return { ...row, reserved: row.reserved - 1, revision };
    case 'places-unavailability-began.v1':
      return { ...row, unavailable: row.unavailable + event.data.places, revision };
    case 'places-unavailability-ended.v1':
      return { ...row, unavailable: row.unavailable - event.data.places, revision };
    default:
      return { ...row, revision };
  }
}

/** Who has a place, or had it: what occupancy over time is counted from. */
export function reservationRow(
  row: ReservationRow | undefined,
  event: PlacePoolEvent,
  { recordedAt }: Pick<Recorded, 'recordedAt'>,
): ReservationRow | undefined {
  const lived = { stage: 'occupied', held_until: null, leaves_on: null } as const;
  const fresh = {
    unit: null,
    stage: 'reserved',
    reserved_at: recordedAt,
    ...{ occupied_on: null, leaves_on: null, ended_at: null, ended_because: null },
  } as const;
  if (event.type === 'place-reserved.v1') {
    const { reservation: id, offer, referral } = event.data;
    return { id, offer, referral, person: null, association: null, held_until: null, ...fresh };
  }
  if (event.type === 'place-held.v1') {
    const { reservation: id, offer, referral, person, association, until } = event.data;
    return { id, offer, referral, person, association, held_until: until, ...fresh };
  }
  if (row === undefined) return undefined;
  switch (event.type) {
    case 'place-confirmed.v1':
      return { ...row, held_until: null };
    case 'place-assigned.v1':
      return { ...row, unit: event.data.unit };
    case 'place-occupied.v1':
      return { ...row, ...lived, occupied_on: event.data.since };
    case 'place-arrival-corrected.v1':
      return { ...row, occupied_on: event.data.since };
    case 'place-leaving.v1':
      return { ...row, stage: 'leaving', leaves_on: event.data.leavesOn };
    case 'place-released.v1':
      return { ...row, stage: 'ended', ended_at: recordedAt, ended_because: 'released' };
    case 'place-given-back.v1':
      return { ...row, stage: 'ended', ended_at: recordedAt, ended_because: event.data.because };
    default:
      return row;
  }
}

function unavailabilityRow(
  row: UnavailabilityRow | undefined,
  event: PlacePoolEvent,
  { recordedAt }: Pick<Recorded, 'recordedAt'>,
): UnavailabilityRow | undefined {
  if (event.type === 'places-unavailability-planned.v1') {
    const { unavailability: id, offer, unit, places, reason, from, until } = event.data;
    const planned = { starts_at: from, ends_at: until, began_at: null, ended_at: null };
    return { id, offer, unit, places, reason, ...planned };
  }
  if (row === undefined) return undefined;
  if (event.type === 'places-unavailability-began.v1') return { ...row, began_at: recordedAt };
  if (event.type === 'places-unavailability-ended.v1') return { ...row, ended_at: recordedAt };
  return row;
}
