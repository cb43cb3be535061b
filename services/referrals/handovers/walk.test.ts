/** Random walks through the life of a handover. */
import { deepStrictEqual as deepEqual, notStrictEqual as differs } from 'node:assert';
import type { Actor } from '@relais/contracts/actors';
import { type HandoverEvent, handoverContract } from '@relais/contracts/handovers';
import fc from 'fast-check';
import t from 'tap';
import {
  carrier,
  caseFacts,
  caseId,
  client,
  coordinator,
  now,
  receiver,
  referent,
  sealed,
  sender,
  stranger,
  uuid,
} from '../fixture.ts';
import {
  type HandoverAction,
  type HandoverCommand,
  handoverActions,
  handoverBodies,
} from './actions.ts';
import { allowedHandoverActions, decide, handovers } from './decide.ts';
import { evolve, type Handover } from './state.ts';

const facts = { case: caseFacts, related: true, recipientKnown: true };
/** A body that fits any action: what it does not take nobody looks at. */
const body = {
  ...{ case: caseId, reason: sealed(), referent, meeting: null },
  decision: uuid(30),
};
const actors: readonly Actor[] = [
  client(sender),
  client(receiver),
  coordinator,
  // Works for whom the case may go to, and coordinates who has it.
  client(receiver, 'coordinator', [sender]),
  client(stranger),
  client(sender, 'auditor'),
];
const everyAction = Object.keys(handoverBodies) as HandoverAction[];
const attempt = (type: HandoverAction, actor: Actor, to = receiver): HandoverCommand =>
  ({ type, actor, now, facts, body: { ...body, to } }) as HandoverCommand;

const openings: readonly HandoverAction[] = ['request', 'ask', 'askReorientation'];
const everyCommand: readonly HandoverCommand[] = [
  ...everyAction.flatMap((action) =>
    actors.flatMap((actor) => [attempt(action, actor), attempt(action, actor, carrier)]),
  ),
  { type: 'void' },
  { type: 'lapse' },
];

/** What somebody tries, or one of those things that lead on from where it stands. */
type Step = (handover: Handover) => HandoverCommand | undefined;
const anything = fc.constantFrom(...everyCommand).map(
  (command): Step =>
    () =>
      command,
);
const onward = fc.nat(1_000).map(
  (choice): Step =>
    (handover) => {
      const possible = everyCommand.filter((command) => decide(command, handover).accepted);
      return possible[choice % possible.length];
    },
);
const walk = fc.array(fc.oneof(anything, onward, onward), { maxLength: 12 });

type Taken = {
  readonly command: HandoverCommand;
  readonly before: Handover;
  readonly events: readonly HandoverEvent[];
  readonly after: Handover;
};

/** Every command that was accepted, with the states around it. */
function take(steps: readonly Step[]): Taken[] {
  const taken: Taken[] = [];
  let handover = handovers.initial;
  for (const step of steps) {
    const command = step(handover);
    const decision = command && decide(command, handover);
    if (command === undefined || !decision?.accepted) continue;
    const before = handover;
    handover = decision.events.reduce(evolve, before);
    taken.push({ command, before, events: decision.events, after: handover });
  }
  return taken;
}
const check = (holds: (taken: readonly Taken[]) => void) =>
  fc.assert(
    fc.property(walk, (steps) => holds(take(steps))),
    { numRuns: 500 },
  );

t.test('every answer follows the table, and its events are those its contract reads', async (t) => {
  check((taken) => {
    for (const { command, before, events, after } of taken) {
      for (const { type, data } of events) {
        deepEqual(handoverContract.schemas[type]?.parse(data), data);
      }
      if (before.status === 'absent' || !('actor' in command)) continue;
      const { moves } = handoverActions[command.type as keyof typeof handoverActions];
      deepEqual(after.status, moves[before.status], `${command.type} of ${before.status}`);
    }
  });
  t.pass();
});

t.test('what is listed as allowed is what the rules accept from that caller', async (t) => {
  const holds = (steps: readonly Step[], actor: Actor) => {
    const handover = take(steps).at(-1)?.after ?? handovers.initial;
    const accepted = everyAction.filter(
      (action) => !openings.includes(action) && decide(attempt(action, actor), handover).accepted,
    );
    deepEqual([...allowedHandoverActions(handover, actor)], accepted);
  };
  fc.assert(fc.property(walk, fc.constantFrom(...actors), holds));
  t.pass();
});

t.test('only whom the case goes to accepts it, and nobody what he initiated', async (t) => {
  check((taken) => {
    for (const { command, before } of taken) {
      if (command.type !== 'accept' || before.status === 'absent') continue;
      if (command.actor.role === 'system') throw new Error('nobody accepts for an association');
      deepEqual(command.actor.association, before.to);
      differs(command.actor.association, before.initiator);
    }
  });
  t.pass();
});

t.test('a case is handed over once, and what was refused or revoked is over', async (t) => {
  const over = ['accepted', 'refused', 'revoked', 'denied', 'voided'];
  check((taken) => {
    for (const { command, before, events } of taken) {
      if (!over.includes(before.status) || events.length === 0) continue;
      deepEqual([command.type, before.status], ['void', 'accepted']);
    }
  });
  t.pass();
});
