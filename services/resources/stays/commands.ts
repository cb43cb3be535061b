import type {
  AssociationId,
  OfferId,
  PersonId,
  ReferralId,
  ReservationId,
  StayId,
} from '@relais/contracts/ids';
import type { PlaceRefusalCode } from '@relais/contracts/place-problems';
import type { StayEvent } from '@relais/contracts/stays';
import type { Decision } from '@relais/event-log/aggregate';

/** `now`, and `on`, the day it happened: phones work offline. `today` is the day of `now` in France. */
type When = { readonly on: string; readonly today: string };

/** The day on which who lived in this named place before left it; null where that is nobody. */
type Vacated = { readonly vacatedOn: string | null };

export type StayCommand =
  | {
      readonly type: 'offer';
      readonly stay: StayId;
      readonly offer: OfferId;
      readonly association: AssociationId;
      readonly reservation: ReservationId;
      readonly referral: ReferralId | null;
      readonly person: PersonId | null;
      readonly policy: string;
    }
  | ({ readonly type: 'accept' } & When)
  | ({ readonly type: 'refuse'; readonly reason: string } & When)
  | ({ readonly type: 'arrive' } & Vacated & When)
  | ({
      readonly type: 'correct-arrival';
      readonly arrivedOn: string;
      readonly reason: string;
    } & Vacated &
      When)
  | ({ readonly type: 'renew'; readonly decidedBy: string } & When)
  | ({
      readonly type: 'extend';
      readonly months: number;
      readonly reason: string;
      readonly byCoordinator: boolean;
    } & When)
  | ({ readonly type: 'leave'; readonly leavesOn: string } & When)
  | ({ readonly type: 'remain' } & When)
  | ({ readonly type: 'end'; readonly outcome: string } & When)
  /** Its place was given back without its doing. */
  | { readonly type: 'losePlace'; readonly because: string; readonly today: string }
  | {
      readonly type: 'remind';
      readonly endsOn: string;
      readonly daysBefore: number;
      readonly today: string;
    }
  | { readonly type: 'overstay'; readonly endsOn: string; readonly today: string };

export type StayCommandOf<Type extends StayCommand['type']> = Extract<StayCommand, { type: Type }>;
export type StayRefused = {
  readonly code: PlaceRefusalCode;
  /** From when it may be done. */
  readonly deadlines?: { readonly renewableFrom: string };
};
export type StayDecision = Decision<StayEvent, StayRefused>;
