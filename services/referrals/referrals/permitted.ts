import { type Actor, worksFor } from '@relais/contracts/actors';
import type { ReferralAction } from '@relais/contracts/referrals';
import type { ReferralCode, Refusal } from '@relais/contracts/refusals';
import { referralActions, userActions } from './actions.ts';
import { type Parties, type Relation, relations } from './relation.ts';
import type { DraftedReferral, Referral } from './state.ts';

export type ReferralRefusal = Refusal<ReferralCode>;

/** What relations depend on, of a folded referral. */
export const partiesOf = (referral: DraftedReferral): Parties => ({
  sender: referral.sender,
  receiver: referral.receiver,
  sent: referral.sent,
  unclaimed:
    referral.target.to === 'eligible' && referral.receiver === null && referral.status === 'sent',
});

/** What the caller may do now, as far as the referral itself tells; consents and offers have their say later. */
export const allowedActions = (
  referral: Referral,
  actor: Actor,
  isEligible = false,
): readonly ReferralAction[] =>
  userActions.filter((action) => codeOf(action, referral, actor, isEligible) === undefined);

/** Why the table does not let the caller do this now; undefined where it does. */
export function refusalOf(
  action: ReferralAction,
  referral: Referral,
  actor: Actor,
  isEligible: boolean,
): ReferralRefusal | undefined {
  const code = codeOf(action, referral, actor, isEligible);
  if (code === undefined || hiding.some((one) => one === code)) return code && { code };
  const { status: state } = referral;
  return { code, state, allowedActions: allowedActions(referral, actor, isEligible) };
}

/** Refusals that say nothing about where the referral stands. */
const hiding: readonly ReferralCode[] = ['not-found', 'not-your-part', 'already-claimed'];

function codeOf(
  action: ReferralAction,
  referral: Referral,
  actor: Actor,
  isEligible: boolean,
): ReferralCode | undefined {
  if (referral.status === 'absent') return 'not-found';
  const row = referralActions[action];
  const is = relations(partiesOf(referral), actor, isEligible);
  if (!is.some((relation) => row.who.includes(relation))) {
    return notTheirs(action, referral, actor, is, isEligible);
  }
  if (row.moves[referral.status] === undefined) return 'wrong-state';
  return guards[action]?.(referral, is) || undefined;
}

/** What is said to who is none of those that the table names for it. */
function notTheirs(
  action: ReferralAction,
  referral: DraftedReferral,
  actor: Actor,
  is: readonly Relation[],
  isEligible: boolean,
): ReferralCode {
  const claimed = action === 'claim' && referral.target.to === 'eligible' && referral.sent;
  if (claimed && worksFor(actor, referral.receiver)) return 'wrong-state';
  if (claimed && isEligible && referral.receiver !== null) return 'already-claimed';
  // Who may claim it reads of it: what its receiver does begins with that.
  const begins = is.includes('eligible') && referralActions[action].who.includes('receiver');
  if (begins) return 'claim-first';
  return is.includes('none') ? 'not-found' : 'not-your-part';
}

type Guard = (
  referral: DraftedReferral,
  is: readonly Relation[],
) => ReferralCode | false | undefined;

const placePending: Guard = (referral) => referral.place.is === 'requested' && 'place-pending';

/** Guards that the referral alone decides; those that need facts from elsewhere stand with the action. */
const guards: { readonly [Action in ReferralAction]?: Guard } = {
  acknowledge: placePending,
  requestInfo: placePending,
  accept: placePending,
  redirect: placePending,
  waitlist: (referral, is) =>
    placePending(referral, is) || (!referral.offer?.hasWaitingList && 'no-waiting-list'),
  requestCancellation: (referral) => referral.cancellationRequested && 'cancellation-requested',
  cancel: (referral, is) =>
    !is.includes('receiver') && !referral.cancellationRequested && 'cancellation-not-requested',
  reopen(referral, is) {
    if (!is.includes('coordinator') && !referral.endedByReceiver) return 'not-your-part';
    return (!referral.sent || referral.receiver === null) && 'never-sent';
  },
};
