/** Who asks in the stories of the tests. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '@relais/http/caller';
import { callerOf } from './probe.ts';
import { theme } from './referral.ts';

/** An association that takes open referrals on the stories' theme. */
export const member = (association: string, changes: object = {}) => ({
  type: 'association-registered.v1',
  data: {
    association,
    name: `Association ${association.slice(0, 4)}`,
    kind: 'association',
    themes: [theme],
    communes: [],
    acceptsOpenReferrals: true,
    languages: ['fr'],
    carrier: false,
    ...changes,
  },
});

/** Who may ask, by what they are to the story. */
export type Cast = {
  readonly owner: Caller;
  readonly receiver: Caller;
  readonly decliner: Caller;
  readonly eligible: Caller;
  readonly stranger: Caller;
  readonly coordinatorOfRemit: Caller;
  readonly coordinator: Caller;
  readonly auditor: Caller;
  readonly breakGlass: Caller;
  readonly administrator: Caller;
};

export function newCast(): Cast {
  const owner = callerOf(randomUUID());
  const carrier = randomUUID();
  return {
    owner,
    receiver: callerOf(randomUUID()),
    decliner: callerOf(randomUUID()),
    eligible: callerOf(randomUUID()),
    stranger: callerOf(randomUUID()),
    coordinatorOfRemit: callerOf(carrier, 'coordinator', [owner.association]),
    coordinator: callerOf(carrier, 'coordinator', []),
    auditor: callerOf(carrier, 'auditor'),
    breakGlass: callerOf(carrier, 'auditor'),
    administrator: callerOf(carrier, 'administrator'),
  };
}
