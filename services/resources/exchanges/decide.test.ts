import { randomUUID } from 'node:crypto';
import type { Actor } from '@relais/contracts/actors';
import { exchangeContract, RequestExchange } from '@relais/contracts/exchanges';
import { AssociationId, PersonId } from '@relais/contracts/ids';
import type { Sealed } from '@relais/contracts/sealed';
import fc from 'fast-check';
import t from 'tap';
import { clientOf, deciding } from '../deciding-probe.ts';
import {
  type ExchangeAction,
  type ExchangeCommand,
  exchangeActions,
  type RequestFacts,
} from './actions.ts';
import { exchangeAggregate } from './decide.ts';
import { balancesOf, entriesOf } from './ledger.ts';
import { allowedExchangeActions, type Exchange } from './state.ts';

const { decide, evolve, initial } = exchangeAggregate;
const { after, outcome } = deciding(exchangeAggregate, exchangeContract);
const now = '2026-11-25T10:00:00.000Z';
const [asking, giving] = [randomUUID(), randomUUID()].map((id) => AssociationId.parse(id)) as [
  AssociationId,
  AssociationId,
];
const [requester, provider] = [clientOf(asking), clientOf(giving)];
const coordinator = clientOf(randomUUID(), 'coordinator', [asking]);
const stranger = clientOf(randomUUID());
const note: Sealed = { person: PersonId.parse(randomUUID()), category: 'social', text: 'c2VhbGVk' };

const facts: RequestFacts = { providerKnown: true, offer: 'none', skill: 'none', need: 'none' };
const body = {
  ...RequestExchange.parse({ provider: giving, themes: ['sante--acces-aux-soins'], hours: 3 }),
  text: null,
};
const request = (more: Partial<RequestFacts> = {}, who = requester): ExchangeCommand => ({
  ...{ type: 'request', actor: who, now, body },
  facts: { ...facts, ...more },
});
const bodies = {
  agree: {},
  refuse: { reason: 'no_capacity' },
  cancel: { reason: 'other' },
  report: { hours: 3 },
  settle: { hours: 2.5, note },
} as const;
const by = (type: ExchangeAction, actor: Actor, said: object = bodies[type]): ExchangeCommand =>
  ({ type, actor, now, body: said, facts: null }) as ExchangeCommand;
const says = (actor: Actor, hours: number) => by('report', actor, { hours });

t.test('hours are confirmed when both say the same, disputed while they differ', async (t) => {
  const agreed = after(request(), by('agree', provider));
  t.same(outcome(says(provider, 3), agreed), ['exchange-hours-reported.v1']);
  const half = after(request(), by('agree', provider), says(provider, 3));
  t.match(half, { state: 'agreed', reported: { provider: 3, requester: null } });
  t.same(outcome(says(provider, 3), half), [], 'said already');
  t.same(outcome(says(requester, 3), half), [
    'exchange-hours-reported.v1',
    'exchange-confirmed.v1',
  ]);
  const disputed = [request(), by('agree', provider), says(provider, 3), says(requester, 2)];
  t.match(after(...disputed), { state: 'disputed' });
  t.match(after(...disputed, says(provider, 2)), { state: 'done' });
});

t.test('a coordinator of neither side settles a difference', async (t) => {
  const disputed = [request(), by('agree', provider), says(provider, 3), says(requester, 2)];
  const state = after(...disputed);
  t.same(outcome(by('settle', coordinator), state), [
    'exchange-settled.v1',
    'exchange-confirmed.v1',
  ]);
  const partial = clientOf(giving, 'coordinator', [asking]);
  t.equal(outcome(by('settle', partial), state), 'own-dispute');
  t.notOk(allowedExchangeActions(state as never, partial).includes('settle'));
  t.equal(outcome(by('settle', requester), state), 'not-your-part');
});

t.test('who was given hours cannot call them off once they are reported', async (t) => {
  const given = [request(), by('agree', provider), says(provider, 3)];
  for (const state of [after(...given), after(...given, says(requester, 1))]) {
    t.equal(outcome(by('cancel', requester), state), 'hours-reported');
    t.notOk(allowedExchangeActions(state as never, requester).includes('cancel'));
    t.same(outcome(by('cancel', coordinator), state), ['exchange-cancelled.v1']);
  }
  t.same(outcome(by('cancel', provider), after(...given)), ['exchange-cancelled.v1']);
  const none = after(request(), by('agree', provider), says(provider, 0));
  t.same(outcome(by('cancel', requester), none), ['exchange-cancelled.v1'], 'none were given');
});

t.test('hours are asked for within two years, so that every date after them is one', async (t) => {
  const within = (until: string): ExchangeCommand => ({
    ...{ type: 'request', actor: requester, now, facts },
    body: { ...body, window: { from: now, until } },
  });
  t.equal(outcome(within('2028-11-24T10:00:01Z'), initial), 'window-too-late');
  t.equal(outcome(within('9999-12-31T23:59:59Z'), initial), 'window-too-late');
  const far = after(within('2028-11-24T10:00:00Z'));
  t.same(outcome(by('agree', provider), far), ['exchange-agreed.v1']);
});

t.test('what is refused names why', async (t) => {
  const asked = after(request());
  const refusals: [string, ExchangeCommand, Exchange][] = [
    ['provider-unknown', request({ providerKnown: false }), initial],
    ['offer-unknown', request({ offer: 'unknown' }), initial],
    ['offer-closed', request({ offer: 'closed' }), initial],
    ['skill-unknown', request({ skill: 'closed' }), initial],
    ['need-unknown', request({ need: 'unknown' }), initial],
    ['need-closed', request({ need: 'closed' }), initial],
    ['own-association', request({}, provider), initial],
    ['already-exists', request(), asked],
    ['not-found', by('agree', stranger), asked],
    ['not-found', by('agree', clientOf(giving, 'auditor')), asked],
    ['not-your-part', by('agree', requester), asked],
    ['wrong-state', by('report', provider), asked],
    ['wrong-state', by('agree', provider), after(request(), by('refuse', provider))],
    ['occurred-in-future', by('agree', provider, { occurredAt: '2027-01-01T00:00:00Z' }), asked],
  ];
  for (const [code, command, state] of refusals) t.equal(outcome(command, state), code, code);
});

t.test(
  'time reminds, escalates and expires, each once and only while it is waited for',
  async (t) => {
    const remind = { type: 'remind', step: 'answer' } as const;
    const asked = after(request());
    t.same(outcome(remind, asked), ['exchange-reminded.v1']);
    t.same(outcome(remind, after(request(), remind)), []);
    t.same(outcome({ type: 'expire' }, asked), ['exchange-expired.v1']);
    const agreed = after(request(), by('agree', provider));
    t.equal(outcome(remind, agreed), 'wrong-state');
    t.equal(outcome({ type: 'expire' }, agreed), 'wrong-state');
    t.same(outcome({ type: 'escalate', step: 'report' }, agreed), ['exchange-escalated.v1']);
  },
);

const action = fc.constantFrom(...(Object.keys(exchangeActions) as ExchangeAction[]));
const who = fc.constantFrom(requester, provider, coordinator, stranger);
const hours = fc.integer({ min: 0, max: 8 }).map((quarters) => quarters / 4);
const step = fc.record({ action, who, hours });
type Walked = { readonly action: ExchangeAction; readonly who: Actor; readonly hours: number };
const commandOf = ({ action: type, who: actor, hours: amount }: Walked) =>
  by(type, actor, 'hours' in bodies[type] ? { ...bodies[type], hours: amount } : bodies[type]);

t.test('exactly the allowed actions are accepted, and none twice', async (t) => {
  const isRight = (history: readonly Walked[], next: Walked): boolean => {
    const before = after(request(), ...history.map(commandOf));
    if (before.state === 'absent') return false;
    const decision = decide(commandOf(next), before);
    const allowed = allowedExchangeActions(before, next.who).includes(next.action);
    if (decision.accepted !== allowed) return false;
    if (!decision.accepted || next.action !== 'report') return true;
    const again = decide(commandOf(next), decision.events.reduce(evolve, before));
    return !again.accepted || again.events.length === 0;
  };
  t.doesNotThrow(() =>
    fc.assert(fc.property(fc.array(step, { maxLength: 8 }), step, isRight), { numRuns: 500 }),
  );
});

t.test('whatever happens, the entries of the ledger sum to zero', async (t) => {
  const confirmedIn = (history: readonly Walked[]) => {
    let state = after(request());
    return history.flatMap((walked) => {
      const decision = decide(commandOf(walked), state);
      const events = decision.accepted ? decision.events : [];
      state = events.reduce(evolve, state);
      return events.flatMap((event) =>
        event.type === 'exchange-confirmed.v1' ? entriesOf(event.data) : [],
      );
    });
  };
  // Most walks end early: these begin where hours are reported.
  const story = fc
    .array(step, { maxLength: 12 })
    .map((walk): Walked[] => [{ action: 'agree', who: provider, hours: 0 }, ...walk]);
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(story, { maxLength: 6 }), (stories) => {
        const entries = stories.flatMap(confirmedIn);
        const sum = [...balancesOf(entries).values()].reduce((total, one) => total + one, 0);
        return sum === 0 && stories.every((one) => confirmedIn(one).length <= 2);
      }),
    ),
  );
});
