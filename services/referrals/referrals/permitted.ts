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
  userActions.filter(
    (action) => action !== 'draft' && refusalOf(action, referral, actor, isEligible) === undefined,
  );

/** Why the table does not let the caller do this now; undefined where it does. */
export function refusalOf(
  action: ReferralAction,
  referral: Referral,
  actor: Actor,
  isEligible: boolean,
): ReferralRefusal | undefined {
  if (referral.status === 'absent') return { code: 'not-found' };
  const wrongState = (): ReferralRefusal => ({
    code: 'wrong-state',
    state: referral.status,
    allowedActions: allowedActions(referral, actor, isEligible),
  });
  const row = referralActions[action];
  const is = relations(partiesOf(referral), actor, isEligible);
  if (!is.some((relation) => row.who.includes(relation))) {
    const claimed = action === 'claim' && referral.target.to === 'eligible' && referral.sent;
    if (claimed && worksFor(actor, referral.receiver)) return wrongState();
    if (claimed && isEligible && referral.receiver !== null) return { code: 'already-claimed' };
    return { code: is.includes('none') ? 'not-found' : 'not-your-part' };
  }
  if (row.moves[referral.status] === undefined) return wrongState();
  const code = guards[action]?.(referral, is);
  return code ? { code, state: referral.status } : undefined;
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
