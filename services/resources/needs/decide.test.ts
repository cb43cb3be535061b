import { randomUUID } from 'node:crypto';
import type { Actor } from '@relais/contracts/actors';
import { AssociationId, ExchangeId, PersonId } from '@relais/contracts/ids';
import { needContract, StateNeed } from '@relais/contracts/needs';
import fc from 'fast-check';
import t from 'tap';
import { clientOf, deciding } from '../deciding-probe.ts';
import {
  allowedNeedActions,
  type ExchangeFit,
  type KnownNeed,
  type Need,
  type NeedAction,
  type NeedCommand,
  needAggregate,
} from './decide.ts';

const { initial } = needAggregate;
const { after, outcome, eventsOf } = deciding(needAggregate, needContract);
const now = '2026-11-25T10:00:00.000Z';
const lacking = AssociationId.parse(randomUUID());
const [keeper, stranger] = [clientOf(lacking), clientOf(randomUUID())];
const coordinator = clientOf(randomUUID(), 'coordinator', [lacking]);
const exchange = ExchangeId.parse(randomUUID());
const text = {
  person: PersonId.parse(randomUUID()),
  category: 'social',
  text: 'c2VhbGVk',
} as const;

const state = (matches: number, more: object = {}): NeedCommand => {
  const body = { ...StateNeed.parse({ themes: ['sante--addictions'], commune: '59359' }), text };
  return { type: 'state', actor: keeper, now, body, facts: { matches }, ...more };
};
type Given = { readonly matches?: number; readonly exchange?: ExchangeFit };
const bodies = {
  lookAgain: {},
  giveUp: { reason: 'too_far' },
  meet: { exchange },
  reopen: {},
  withdraw: {},
};
const by = (type: NeedAction, facts: Given = {}, actor: Actor = keeper): NeedCommand =>
  ({
    ...{ type, actor, now, body: bodies[type] },
    facts: { matches: 1, exchange: 'fits', ...facts },
  }) as NeedCommand;

t.test(
  'what nothing fits is kept with all that it is counted by, and nothing about persons',
  async (t) => {
    t.same(outcome(state(2), initial), ['need-stated.v1', 'need-matched.v1']);
    const [, unmet] = eventsOf(state(0), initial);
    t.match(unmet, {
      type: 'need-unmet.v1',
      data: { themes: ['sante--addictions'], commune: '59359', reason: 'nothing_fits' },
    });
    t.notMatch(JSON.stringify(unmet), text.text);
    t.match(eventsOf(by('giveUp'), after(state(2))), [{ data: { reason: 'too_far' } }]);
  },
);

t.test('looking again tells what is new and nothing else', async (t) => {
  const none = { matches: 0 };
  t.same(outcome(by('lookAgain', none), after(state(0))), []);
  t.same(outcome(by('lookAgain'), after(state(0))), ['need-matched.v1']);
  t.same(outcome(by('lookAgain', { matches: 2 }), after(state(2))), [], 'the same as before');
  t.same(outcome(by('lookAgain', { matches: 3 }), after(state(2))), ['need-matched.v1']);
  t.same(outcome(by('lookAgain', none), after(state(2))), ['need-unmet.v1']);
  t.same(outcome(by('lookAgain', { matches: 2 }), after(state(2), by('giveUp'))), [
    'need-matched.v1',
  ]);
});

t.test('it is met by hours that were agreed for it, or without any', async (t) => {
  const open = after(state(1));
  t.same(outcome(by('meet'), open), ['need-met.v1']);
  t.same(outcome(by('meet', { exchange: 'none' }), open), ['need-met.v1']);
  t.equal(outcome(by('meet', { exchange: 'unknown' }), open), 'exchange-unknown');
  t.equal(outcome(by('meet', { exchange: 'closed' }), open), 'exchange-not-agreed');
});

t.test('what was met and then fell through is reopened, and counted again', async (t) => {
  const met = after(state(2), by('meet'));
  t.same(outcome(by('reopen', { matches: 2 }), met), ['need-matched.v1']);
  t.same(outcome(by('reopen', { matches: 0 }), met), ['need-unmet.v1']);
  t.match(after(state(0), by('meet'), by('reopen', { matches: 0 })), { state: 'unmet' });
});

t.test('what is refused names why', async (t) => {
  const [matched, unmet] = [after(state(1)), after(state(0))];
  const refusals: [string, NeedCommand, Need][] = [
    ['already-exists', state(1), matched],
    ['not-found', by('meet'), initial],
    ['not-found', by('meet', {}, stranger), matched],
    ['not-found', by('withdraw', {}, clientOf(lacking, 'auditor')), matched],
    ['wrong-state', by('giveUp'), unmet],
    ['wrong-state', by('lookAgain'), after(state(1), by('meet'))],
    ['wrong-state', by('meet'), after(state(1), by('withdraw'))],
    ['wrong-state', by('reopen'), after(state(1), by('withdraw'))],
    ['wrong-state', by('reopen'), matched],
  ];
  for (const [code, command, need] of refusals) t.equal(outcome(command, need), code, code);
});

const step = fc.record({
  action: fc.constantFrom<NeedAction>('lookAgain', 'giveUp', 'meet', 'reopen', 'withdraw'),
  who: fc.constantFrom(keeper, coordinator, stranger),
  matches: fc.nat(2),
});
type Walked = typeof step extends fc.Arbitrary<infer One> ? One : never;
const commandOf = ({ action, who, matches }: Walked) => by(action, { matches }, who);

t.test(
  'exactly the allowed actions are accepted, and doing so again tells nothing new',
  async (t) => {
    const holds = (matches: number, history: readonly Walked[], next: Walked): boolean => {
      const before = after(state(matches), ...history.map(commandOf)) as KnownNeed;
      const done = outcome(commandOf(next), before);
      const isAllowed = allowedNeedActions(before, next.who).includes(next.action);
      if (Array.isArray(done) !== isAllowed) return false;
      if (next.action !== 'lookAgain' || !isAllowed) return true;
      const again = outcome(
        commandOf(next),
        after(state(matches), ...[...history, next].map(commandOf)),
      );
      return again.length === 0;
    };
    t.doesNotThrow(() =>
      fc.assert(fc.property(fc.nat(2), fc.array(step, { maxLength: 6 }), step, holds), {
        numRuns: 300,
      }),
    );
  },
);
