/** Referrals of the story; see case.ts. */
import { randomUUID } from 'node:crypto';
import type { Caller } from '@relais/http/caller';
import type { Cast } from './cast.ts';
import type { Appending, ReadProbe, Seal } from './probe.ts';

export const theme = 'sante--acces-aux-soins';
const day = 24 * 3_600_000;
const later = (days: number) => new Date(Date.now() + days * day).toISOString();
const say = (name: string) => `canary:${name}`;

/** Dates as they would be pinned so many days from now. */
export const deadlines = (from = 0) => ({
  policy: '2026-11',
  acknowledgeBy: later(from + 5),
  secondReminderAt: later(from + 10),
  decideBy: later(from + 14),
  expiresAt: later(from + 21),
});

type Teller = { readonly caseId: string; readonly person: string };

/** Appends to one referral of the case; `receiver` null leaves it open to all eligible. */
export function referralTeller(
  probe: ReadProbe,
  cast: Cast,
  { caseId, person }: Teller,
  receiver: Caller | null,
) {
  const id = randomUUID();
  const parties = {
    case: caseId,
    sender: cast.owner.association,
    receiver: receiver?.association ?? null,
  };
  const about = { kind: 'service', themes: [theme], priority: 'normal' };
  const step = (
    type: string,
    caller: Caller | null,
    data: (seal: Seal) => Promise<object> | object = () => ({}),
    more: Appending = {},
  ) =>
    probe.append(
      `referral-${id}`,
      async (seal) => ({ type, data: { ...parties, ...(await data(seal)) } }),
      { association: caller?.association ?? null, ...more },
    );
  const text = async (seal: Seal, name: string) => ({
    text: await seal(person, 'social', 'text', say(name)),
  });
  const target =
    receiver === null
      ? { to: 'eligible' }
      : { to: 'association', association: receiver.association };
  return {
    id,
    step,
    text,
    draft: (name = 'need', more: Appending = {}) =>
      step(
        'referral-drafted.v1',
        cast.owner,
        async (seal) => ({
          ...{ ...about, persons: [person], target, parent: null },
          need: await seal(person, 'social', 'need', say(name)),
        }),
        more,
      ),
    send: (name = 'shared', more: Appending & { readonly due?: number } = {}) => {
      const { due = 0, ...metadata } = more;
      return step(
        'referral-sent.v1',
        cast.owner,
        async (seal) => ({
          ...{ ...about, persons: [person], categories: ['identity'], offer: null, grounds: [] },
          shared: [await seal(person, 'identity', 'shared.0', { givenName: say(name) })],
          deadlines: deadlines(due),
        }),
        metadata,
      );
    },
    decline: (visibleTo: string[], name: string) =>
      step('referral-declined.v1', receiver, async (seal) => ({
        ...{ reason: 'safety_risk', declinedBy: 'receiver', visibleTo },
        ...(await text(seal, name)),
      })),
  };
}
