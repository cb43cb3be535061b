/** What the platform does to a referral by itself: timers and reactions to other streams. */
import {
  beforeAcceptance,
  deciding,
  endedStates,
  everyState,
  from,
  nothing,
  openStates,
  type Row,
  row,
  serving,
  staying,
} from './states.ts';

export const systemActions = [
  'openChild',
  'confirmPlace',
  'refusePlace',
  'remind',
  'remindAgain',
  'escalate',
  'expire',
  'consentWithdrawn',
  'flagPlacedElsewhere',
  'closeLater',
] as const;
export type SystemAction = (typeof systemActions)[number];
export const systemRows: { readonly [Name in SystemAction]: Row } = {
  openChild: row(
    from(['absent'], 'draft'),
    ['system'],
    'referral-drafted.v1',
    'sent at once where consent covers the new association and its offer is open',
    'what the parent asked for',
  ),
  confirmPlace: row(
    { ...staying(everyState), ...from(deciding, 'accepted') },
    ['system'],
    'referral-accepted.v1',
    'the place is still asked for, else it is released',
    'reservation',
  ),
  refusePlace: row(
    staying(everyState),
    ['system'],
    'referral-place-refused.v1',
    'the place is still asked for',
    'reason',
  ),
  remind: row(
    staying(beforeAcceptance),
    ['system'],
    'referral-reminded.v1',
    'the acknowledge date has passed, no action of the receiver',
    nothing,
  ),
  remindAgain: row(
    staying(beforeAcceptance),
    ['system'],
    'referral-reminded.v1',
    '75 % of the time to decide has passed',
    nothing,
  ),
  escalate: row(
    staying(beforeAcceptance),
    ['system'],
    'referral-escalated.v1',
    'the decision date has passed',
    nothing,
  ),
  expire: row(
    from(beforeAcceptance, 'expired'),
    ['system'],
    'referral-expired.v1',
    'reminder and escalation were sent, the grace has passed',
    'policy version',
  ),
  consentWithdrawn: row(
    {
      ...from(['draft', ...beforeAcceptance], 'withdrawn'),
      ...from(serving, 'cancelled'),
    },
    ['system'],
    'referral-withdrawn.v1',
    'no other consent or exception covers it; releases the place',
    'reason',
  ),
  flagPlacedElsewhere: row(
    staying(openStates),
    ['system'],
    'referral-flagged.v1',
    'another placement of the person was accepted',
    'which one',
  ),
  closeLater: row(
    from(endedStates, 'closed'),
    ['system'],
    'referral-closed.v1',
    'no open child, else later',
    nothing,
  ),
};
