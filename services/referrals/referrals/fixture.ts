/** What the platform does, and histories made of commands, for the tests of the rules. */
import { deadlinePolicy } from '@relais/contracts/deadlines';
import type { ReferralAction } from '@relais/contracts/referrals';
import { after, client, consentId, now, receiver, sender } from '../fixture.ts';
import type { CommandOf, ReferralCommand, SystemCommand } from './commands.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { consents, favourable, otherReferral, reservation, type Setting } from './favourable.ts';
import { absent, type Referral } from './state.ts';

/** What the platform does, with its facts as they would be. */
export const bySystem = {
  dueAt: (type: 'remind' | 'remindAgain' | 'escalate' | 'expire', at: string): SystemCommand => ({
    type,
    now: at,
  }),
  confirm: (n: number): SystemCommand => ({
    type: 'confirmPlace',
    now,
    reservation: reservation(n),
  }),
  refuse: (n: number): SystemCommand => ({
    type: 'refusePlace',
    now,
    reservation: reservation(n),
    reason: 'no_capacity',
  }),
  consentWithdrawn: (): CommandOf<'consentWithdrawn'> => ({
    type: 'consentWithdrawn',
    now,
    consent: consentId,
    because: 'withdrawn',
    consents: {
      ...consents,
      consents: consents.consents.map((one) => ({ ...one, withdrawn: true })),
    },
  }),
  flag: (): SystemCommand => ({ type: 'flagPlacedElsewhere', now, other: otherReferral }),
  closeLater: (childOpen = false): SystemCommand => ({
    type: 'closeLater',
    now,
    policy: deadlinePolicy,
    childOpen,
  }),
  overdue: (): readonly SystemCommand[] =>
    (['remind', 'remindAgain', 'escalate', 'expire'] as const).map((type) => ({
      type,
      now: after(24 * 365),
    })),
};

/** The referral after these commands; throws where the rules refuse one. */
export const play = (...commands: readonly ReferralCommand[]): Referral =>
  commands.reduce<Referral>((referral, command) => {
    const decision = decide(command, referral);
    if (!decision.accepted) {
      throw new Error(`${command.type} in ${referral.status}: ${decision.refusal.code}`);
    }
    return decision.events.reduce(evolve, referral);
  }, absent);

export const bySender = client(sender);
export const byReceiver = client(receiver);

/** Each action by the party that usually does it. */
export const steps = (setting: Setting, ...types: readonly ReferralAction[]): ReferralCommand[] =>
  types.map((type) =>
    favourable(type, senderDoes.some((one) => one === type) ? bySender : byReceiver, setting),
  );
const senderDoes = [
  'draft',
  'send',
  'supplyInfo',
  'withdraw',
  'requestCancellation',
  'close',
] as const;
