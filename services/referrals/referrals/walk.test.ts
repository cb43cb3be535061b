import { deepStrictEqual as deepEqual, strictEqual as equal } from 'node:assert';
import type { Actor } from '@relais/contracts/actors';
import type { ReservationId } from '@relais/contracts/ids';
import { type ReferralEvent, referralContract } from '@relais/contracts/referral-events';
import { ReferralAction } from '@relais/contracts/referrals';
import fc from 'fast-check';
import t from 'tap';
import { after } from '../fixture.ts';
import { referralActions } from './actions.ts';
import { decide } from './decide.ts';
import { counted, favourable, type Setting } from './favourable.ts';
import { allowedActions } from './permitted.ts';
import { absent } from './state.ts';
import { deciding, everyState, isFinal, serving } from './states.ts';
import { actors, type Step, setting, type Taken, take, walk } from './walk.ts';

const check = (holds: (taken: readonly Taken[]) => void, numRuns = 100) =>
  fc.assert(
    fc.property(walk, setting, (steps, of) => holds(take(steps, of))),
    { numRuns },
  );

/** Events after which the referral stands where it stood, whatever the row says. */
const staying = [
  'referral-place-requested.v1',
  'referral-place-released.v1',
  'referral-close-postponed.v1',
];

t.test('every step follows the table, and a final state is left by none', async (t) => {
  check((taken) => {
    for (const { command, before, events, after: end } of taken) {
      const [first] = events;
      if (first === undefined) continue;
      const stays = staying.includes(first.type);
      const to = stays ? before.status : referralActions[command.type].moves[before.status];
      equal(end.status, to, `${command.type} of ${before.status}`);
      if (isFinal(before.status)) equal(end.status, before.status, `${command.type} after the end`);
    }
  });
  t.pass();
});

t.test('every event the rules make is one its contract reads', async (t) => {
  check((taken) => {
    for (const event of taken.flatMap(({ events }) => events)) {
      const read = referralContract.schemas[event.type]?.parse(event.data);
      deepEqual(read, event.data);
    }
  });
  t.pass();
});

t.test('what is listed as allowed is what the rules accept from that caller', async (t) => {
  const holds = (steps: readonly Step[], of: Setting, actor: Actor) => {
    const referral = take(steps, of).at(-1)?.after ?? absent;
    const listed = allowedActions(referral, actor, true);
    const accepted = ReferralAction.options.filter(
      (action) =>
        action !== 'draft' &&
        decide(favourable(action, actor, of, after(1_000), 99), referral).accepted,
    );
    deepEqual(listed, accepted);
  };
  fc.assert(fc.property(walk, setting, fc.constantFrom(...actors), holds), { numRuns: 100 });
  t.pass();
});

t.test(
  'the same command once more appends nothing or is refused; notes may be repeated',
  async (t) => {
    check((taken) => {
      for (const { command, events, after: end } of taken) {
        if (events.length === 0 || command.type === 'note') continue;
        const again = decide(command, end);
        equal(again.accepted ? again.events.length : 0, 0, command.type);
      }
    });
    t.pass();
  },
);

const releasedBy = (events: readonly ReferralEvent[]): ReservationId[] =>
  events.flatMap((event) =>
    event.type === 'referral-place-released.v1' ? [event.data.reservation] : [],
  );

/** Where a place may be on its way, and where it may be held. */
const placeStates = { none: everyState, requested: deciding, held: serving };

t.test('each place is held, used or given back, and given back once', async (t) => {
  check((taken) => {
    const confirmed = new Set<ReservationId>();
    const released: ReservationId[] = [];
    for (const { command, events, after: end } of taken) {
      if (end.status === 'absent') continue;
      if (command.type === 'confirmPlace') confirmed.add(command.reservation);
      released.push(...releasedBy(events));
      const held = end.place.is === 'held' ? [end.place.reservation] : [];
      deepEqual([...held, ...end.used, ...released].toSorted(), [...confirmed].toSorted());
      const states: readonly string[] = placeStates[end.place.is];
      equal(states.includes(end.status), true, `a place ${end.place.is} in ${end.status}`);
    }
  });
  t.pass();
});

t.test('walks reach every state', async (t) => {
  const reached = new Set<string>();
  for (const steps of fc.sample(walk, { numRuns: 200, seed: 7 })) {
    for (const { after: end } of take(steps, counted)) reached.add(end.status);
  }
  const missed = everyState.filter((state) => !reached.has(state));
  t.same(missed, []);
});
