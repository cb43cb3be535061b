/** Random walks through the life of a referral, for the properties of the rules. */
import type { Actor } from '@relais/contracts/actors';
import type { ReferralEvent } from '@relais/contracts/referral-events';
import { ReferralAction } from '@relais/contracts/referrals';
import fc from 'fast-check';
import { after, client, coordinator, receiver, sender, stranger } from '../fixture.ts';
import type { ReferralCommand } from './commands.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { addressed, counted, favourable, openToEligible, type Setting } from './favourable.ts';
import { bySystem } from './fixture.ts';
import { absent, type Referral } from './state.ts';

/** One step of a random walk: the next hour, somebody's attempt or the platform's. */
export type Step = (hour: number, setting: Setting, referral: Referral) => ReferralCommand;

const placesAsked = (referral: Referral): number =>
  referral.status === 'absent' ? 0 : referral.asked.length;

/** Parties and strangers. */
export const actors: readonly Actor[] = [
  client(sender),
  client(receiver),
  coordinator,
  client(stranger),
  client(sender, 'auditor'),
];

const attempt =
  (action: ReferralAction, actor: Actor): Step =>
  (hour, of, referral) =>
    favourable(action, actor, of, after(hour), placesAsked(referral) + 1);

const byPeople = fc
  .tuple(fc.constantFrom(...ReferralAction.options), fc.constantFrom(...actors))
  .map(([action, actor]) => attempt(action, actor));

const deadlines = ['remind', 'remindAgain', 'escalate', 'expire'] as const;
const dealtWith = (referral: Referral): number =>
  referral.status === 'absent' ? 0 : referral.reminders + (referral.escalated ? 1 : 0);

const byPlatform: fc.Arbitrary<Step> = fc.oneof(
  fc.nat(3).map(
    (ahead): Step =>
      (hour, _of, referral) =>
        bySystem.dueAt(deadlines[dealtWith(referral) + ahead] ?? 'expire', after(hour * 240)),
  ),
  fc.nat(4).map(
    (back): Step =>
      (_hour, _of, referral) =>
        bySystem.confirm(Math.max(1, placesAsked(referral) - back)),
  ),
  fc.constantFrom<Step>(
    (_hour, _of, referral) => bySystem.refuse(placesAsked(referral)),
    () => bySystem.consentWithdrawn(),
    () => bySystem.flag(),
    () => bySystem.closeLater(),
  ),
);

/** What leads on from where the referral stands, so that walks get far before they end. */
const onward: readonly Step[] = [
  ...ReferralAction.options
    .filter((action) => !['note', 'enteredInError', 'withdraw', 'close'].includes(action))
    .flatMap((action) => actors.slice(0, 2).map((actor) => attempt(action, actor))),
  (_hour, _of, referral) => bySystem.confirm(placesAsked(referral)),
];
const forward = fc.nat(1_000).map(
  (choice): Step =>
    (hour, of, referral) => {
      const possible = onward
        .map((step) => step(hour, of, referral))
        .filter((command) => {
          const decision = decide(command, referral);
          return decision.accepted && decision.events.length > 0;
        });
      return possible[choice % possible.length] ?? bySystem.closeLater();
    },
);
const nextDeadline: Step = (hour, _of, referral) =>
  bySystem.dueAt(deadlines[dealtWith(referral)] ?? 'expire', after(hour * 240));
/** Sent, and nobody answers. */
const neglect: readonly Step[] = [
  ...(['draft', 'send'] as const).map((action) => attempt(action, client(sender))),
  ...deadlines.map(() => nextDeadline),
];

/** Walks of up to forty steps. */
export const walk: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.constantFrom([], [], [], neglect),
    fc.array(
      fc.oneof(
        { weight: 5, arbitrary: forward },
        { weight: 2, arbitrary: byPeople },
        { weight: 2, arbitrary: byPlatform },
      ),
      { minLength: 5, maxLength: 34 },
    ),
  )
  .map(([head, tail]) => [...head, ...tail]);
/** The offers and targets that make a difference to the rules. */
export const setting = fc.constantFrom(addressed, counted, openToEligible);

export type Taken = {
  readonly command: ReferralCommand;
  readonly before: Referral;
  readonly events: readonly ReferralEvent[];
  readonly after: Referral;
};

/** Every step that the rules accepted, with the states around it. */
export function take(steps: readonly Step[], of: Setting): Taken[] {
  const taken: Taken[] = [];
  let referral = absent;
  for (const [hour, step] of steps.entries()) {
    const command = step(hour, of, referral);
    const decision = decide(command, referral);
    if (!decision.accepted) continue;
    const before = referral;
    referral = decision.events.reduce(evolve, before);
    taken.push({ command, before, events: decision.events, after: referral });
  }
  return taken;
}
