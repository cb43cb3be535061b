import { type Actor, mayManage } from '@relais/contracts/actors';
import {
  AssociationId,
  OfferId,
  PersonId,
  ReferralId,
  ReservationId,
  UnavailabilityId,
  UnitId,
} from '@relais/contracts/ids';
import type { PlacesView, UnitState } from '@relais/contracts/place-views';
import { type PlaceStage, placesMax } from '@relais/contracts/places';
import type { Sql } from '@relais/postgres/database';
import { availableOf } from './availability.ts';
import type { PoolRow, ReservationRow, UnavailabilityRow, UnitRow } from './project.ts';
import { listReservations, listUnavailabilities, listUnits } from './query.ts';

/** The counts for everybody; who holds which place for whoever manages the offer, and for each holder its own. */
export async function presentPlaces(
  sql: Sql,
  pool: PoolRow & { readonly association: string },
  actor: Actor,
): Promise<PlacesView> {
  const { offer, state, policy, capacity, reserved, unavailable } = pool;
  return {
    offer: OfferId.parse(offer),
    state,
    revision: pool.revision.toString(),
    policy,
    capacity,
    reserved,
    unavailable,
    available: availableOf(pool),
    ...(mayManage(actor, AssociationId.parse(pool.association))
      ? await holdersOf(sql, offer)
      : { reservations: await ownOf(sql, offer, actor), units: null, unavailabilities: null }),
  };
}

async function ownOf(sql: Sql, offer: string, actor: Actor): Promise<PlacesView['reservations']> {
  const held = await listReservations(sql, offer, placesMax);
  const own = held.filter(
    ({ association }) => association !== null && mayManage(actor, AssociationId.parse(association)),
  );
  return own.length === 0 ? null : own.map(reservationView);
}

async function holdersOf(
  sql: Sql,
  offer: string,
): Promise<Pick<PlacesView, 'reservations' | 'units' | 'unavailabilities'>> {
  const [held, units, gaps] = await Promise.all([
    listReservations(sql, offer, placesMax),
    listUnits(sql, offer),
    listUnavailabilities(sql, offer),
  ]);
  return {
    reservations: held.map(reservationView),
    units: units.map((unit) => unitView(unit, held, gaps)),
    unavailabilities: gaps.map(unavailabilityView),
  };
}

const idOrNull = <Id>(schema: { parse(id: string): Id }, id: string | null): Id | null =>
  id === null ? null : schema.parse(id);

const reservationView = (row: ReservationRow): NonNullable<PlacesView['reservations']>[number] => ({
  reservation: ReservationId.parse(row.id),
  referral: idOrNull(ReferralId, row.referral),
  person: idOrNull(PersonId, row.person),
  association: idOrNull(AssociationId, row.association),
  unit: idOrNull(UnitId, row.unit),
  stage: stageOf(row),
  heldUntil: row.held_until,
  reservedAt: row.reserved_at,
  occupiedOn: row.occupied_on,
  leavesOn: row.leaves_on,
});

/** Only those that have not ended are listed. */
const stageOf = ({ stage }: ReservationRow): PlaceStage => (stage === 'ended' ? 'leaving' : stage);

const unitView = (
  { id, label, accessible, publics }: UnitRow,
  held: readonly ReservationRow[],
  gaps: readonly UnavailabilityRow[],
): NonNullable<PlacesView['units']>[number] => ({
  unit: UnitId.parse(id),
  label,
  accessible,
  publics: [...publics],
  state: unitState(id, held, gaps),
});

function unitState(
  id: string,
  held: readonly ReservationRow[],
  gaps: readonly UnavailabilityRow[],
): UnitState {
  const holder = held.find(({ unit }) => unit === id);
  if (holder !== undefined) return stageOf(holder);
  return gaps.some(({ unit, began_at }) => unit === id && began_at !== null)
    ? 'unavailable'
    : 'vacant';
}

const unavailabilityView = (
  row: UnavailabilityRow,
): NonNullable<PlacesView['unavailabilities']>[number] => ({
  unavailability: UnavailabilityId.parse(row.id),
  unit: idOrNull(UnitId, row.unit),
  places: row.places,
  reason: row.reason,
  from: row.starts_at,
  until: row.ends_at,
  began: row.began_at !== null,
});
