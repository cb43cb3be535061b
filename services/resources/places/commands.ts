import type {
  AssociationId,
  OfferId,
  PersonId,
  ReferralId,
  ReservationId,
  UnavailabilityId,
  UnitId,
} from '@relais/contracts/ids';
import type { PlaceRefusalCode } from '@relais/contracts/place-problems';
import type { PlacePoolEvent, UnavailabilityReason, Unit } from '@relais/contracts/places';
import type { Decision } from '@relais/event-log/aggregate';

type Asked = { readonly referral: ReferralId; readonly reservation: ReservationId };
type OfReservation = { readonly reservation: ReservationId };
type At = { readonly now: string };

/** `now`: when it is decided, ISO 8601 in UTC. */
export type PoolCommand = { readonly offer: OfferId } & (
  | { readonly type: 'open'; readonly capacity: number }
  | { readonly type: 'resize'; readonly capacity: number }
  | { readonly type: 'close' }
  | { readonly type: 'setPolicy'; readonly policy: string }
  | ({ readonly type: 'reserve' } & Asked)
  /** `used`: the referral was completed. A place that somebody stays in is given back by the end of the stay. */
  | ({ readonly type: 'release'; readonly used: boolean } & Asked & At)
  | ({
      readonly type: 'hold';
      readonly referral: ReferralId | null;
      readonly person: PersonId | null;
      readonly association: AssociationId;
      readonly until: string;
      /** As many as the association may hold at once. */
      readonly max: number;
    } & OfReservation &
      At)
  | ({ readonly type: 'confirm' } & OfReservation)
  /** `by`: an association gives back what it holds itself, null may give back any. */
  | ({
      readonly type: 'giveBack';
      readonly because: string;
      readonly by: AssociationId | null;
    } & OfReservation &
      At)
  | ({ readonly type: 'expire' } & OfReservation & At)
  | ({ readonly type: 'assign'; readonly unit: UnitId } & OfReservation & At)
  | ({ readonly type: 'occupy'; readonly since: string } & OfReservation)
  | ({ readonly type: 'correctArrival'; readonly since: string } & OfReservation)
  | ({ readonly type: 'leave'; readonly leavesOn: string } & OfReservation)
  | { readonly type: 'addUnit'; readonly unit: Unit }
  | { readonly type: 'removeUnit'; readonly unit: UnitId }
  | ({
      readonly type: 'plan';
      readonly unavailability: UnavailabilityId;
      readonly unit: UnitId | null;
      readonly places: number;
      readonly reason: UnavailabilityReason;
      readonly from: string | null;
      readonly until: string | null;
    } & At)
  | ({ readonly type: 'begin'; readonly unavailability: UnavailabilityId } & At)
  | {
      readonly type: 'endUnavailability';
      readonly unavailability: UnavailabilityId;
      readonly because: string;
    }
);
export type CommandOf<Type extends PoolCommand['type']> = Extract<PoolCommand, { type: Type }>;
export type PoolRefusal = { readonly code: PlaceRefusalCode };
export type PoolDecision = Decision<PlacePoolEvent, PoolRefusal>;
