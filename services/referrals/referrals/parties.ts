import type { AssociationId, CaseId } from '@relais/contracts/ids';
import type { ReferralEvent } from '@relais/contracts/referral-events';
import { accept, type Decision } from '@relais/event-log/aggregate';
import type { ReferralRefusal } from './permitted.ts';
import type { DraftedReferral } from './state.ts';

export type Decided = Decision<ReferralEvent, ReferralRefusal>;

/** What every event of a referral repeats. */
export const named = (
  referral: DraftedReferral,
): { case: CaseId; sender: AssociationId; receiver: AssociationId | null } => ({
  case: referral.case,
  sender: referral.sender,
  receiver: referral.receiver,
});

/** This event, and the release of the place where one was held. */
export function releasing(referral: DraftedReferral, event: ReferralEvent): Decided {
  const { place } = referral;
  if (place.is !== 'held') return accept(event);
  const { offer, reservation } = place;
  const because = event.type.slice('referral-'.length, event.type.lastIndexOf('.'));
  const data = { ...named(referral), offer, reservation, because };
  return accept<ReferralEvent>(event, { type: 'referral-place-released.v1', data });
}
