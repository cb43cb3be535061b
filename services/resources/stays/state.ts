import type {
  AssociationId,
  OfferId,
  ReferralId,
  ReservationId,
  StayId,
} from '@relais/contracts/ids';
import type { StayPolicy } from '@relais/contracts/stay-policies';
import type { StayEvent, StayState } from '@relais/contracts/stays';

type Named = {
  readonly stay: StayId;
  readonly offer: OfferId;
  readonly association: AssociationId;
  readonly reservation: ReservationId;
  readonly referral: ReferralId | null;
};

/** Extensions are renewals too; `on`: when it was decided. */
type Renewal = { readonly on: string; readonly months: number };

/** Somebody lives there, or did. */
export type Lived = {
  readonly arrivedOn: string;
  readonly endsOn: string;
  /** Name of the policy; `terms` are those of the day of the arrival. */
  readonly policy: string;
  readonly terms: StayPolicy;
  /** From the arrival to the end, renewals and extensions included. */
  readonly months: number;
  readonly renewals: readonly Renewal[];
  readonly leavesOn: string | null;
  /** Of the reminders of this end, as the policy counts them. */
  readonly reminded: readonly number[];
  readonly overstaying: boolean;
};

export type KnownStay = Named &
  (
    | { readonly state: 'offered' | 'accepted'; readonly policy: string }
    | { readonly state: 'refused' | 'cancelled' }
    | ({ readonly state: Exclude<LivedState, 'ended'> } & Lived)
    | ({ readonly state: 'ended'; readonly endedOn: string } & Lived)
  );
export type LivedState = 'arrived' | 'renewal_due' | 'renewed' | 'leaving' | 'ended';
export type Stay = { readonly state: 'absent' } | KnownStay;

export const absent: Stay = { state: 'absent' };

const lived: readonly StayState[] = ['arrived', 'renewal_due', 'renewed', 'leaving', 'ended'];
export const isLived = (stay: KnownStay): stay is Extract<KnownStay, Lived> =>
  lived.includes(stay.state);

export function evolve(stay: Stay, event: StayEvent): Stay {
  if (event.type === 'stay-offered.v1') {
    const { person: _, ...offered } = event.data;
    return { state: 'offered', ...offered };
  }
  if (stay.state === 'absent') throw new Error(`${event.type} before the stay was offered`);
  const { offer, association, reservation, referral } = stay;
  const named: Named = { stay: stay.stay, offer, association, reservation, referral };
  switch (event.type) {
    case 'stay-accepted.v1':
      return { ...named, state: 'accepted', policy: 'policy' in stay ? stay.policy : '' };
    case 'stay-refused.v1':
      return { ...named, state: 'refused' };
    case 'stay-cancelled.v1':
      return { ...named, state: 'cancelled' };
    case 'stay-arrived.v1': {
      const { arrivedOn, endsOn, terms } = event.data;
      const policy = 'policy' in stay ? stay.policy : '';
      const length = { months: terms.initialMonths, renewals: [], leavesOn: null };
      const fresh = { ...length, reminded: [], overstaying: false };
      return { ...named, state: 'arrived', arrivedOn, endsOn, policy, terms, ...fresh };
    }
    default:
      if (!isLived(stay)) throw new Error(`${event.type} before anybody came`);
      return livedOn(stay, event);
  }
}

/** As it is called when nothing has been due since the arrival, or the last renewal. */
export const stateBetween = ({ renewals }: Pick<Lived, 'renewals'>): 'arrived' | 'renewed' =>
  renewals.length === 0 ? 'arrived' : 'renewed';

type BeforeArrival = `stay-${'offered' | 'accepted' | 'refused' | 'cancelled' | 'arrived'}.v1`;

function livedOn(
  stay: Extract<KnownStay, Lived>,
  event: Exclude<StayEvent, { type: BeforeArrival }>,
): KnownStay {
  switch (event.type) {
    case 'stay-arrival-corrected.v1': {
      const { arrivedOn, endsOn, terms, months } = event.data;
      const state = stay.state === 'leaving' ? 'leaving' : stateBetween(stay);
      const told = { arrivedOn, endsOn, terms, months, reminded: [], overstaying: false };
      return { ...stay, state, ...told };
    }
    case 'stay-renewal-due.v1': {
      const reminded = [...stay.reminded, event.data.daysBefore];
      return { ...stay, state: 'renewal_due', reminded };
    }
    case 'stay-renewed.v1': {
      const { endsOn, months, renewedOn: on } = event.data;
      const renewals = [...stay.renewals, { on, months }];
      const renewed = { endsOn, months: stay.months + months, renewals, leavesOn: null };
      return { ...stay, state: 'renewed', ...renewed, reminded: [], overstaying: false };
    }
    case 'stay-overstayed.v1':
      return { ...stay, overstaying: true };
    case 'stay-leaving.v1':
      return { ...stay, state: 'leaving', leavesOn: event.data.leavesOn };
    case 'stay-remained.v1':
      return { ...stay, state: event.data.state, leavesOn: null };
    case 'stay-ended.v1':
      return { ...stay, state: 'ended', endedOn: event.data.endedOn, overstaying: false };
  }
}
