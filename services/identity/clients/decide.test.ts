import { ClientId, clientEvents, PublicKey } from '@relais/contracts/identity';
import { AssociationId } from '@relais/contracts/ids';
import fc from 'fast-check';
import t from 'tap';
import {
  allowedActions,
  type Client,
  type ClientCommand,
  clientAggregate,
  type Registration,
  type Standing,
} from './decide.ts';

const client = ClientId.parse('9d1b54b6-2f9e-4d3b-8b61-3c1f0c8a7e01');
const association = AssociationId.parse('0b8f6a54-1d0c-4a3e-9d5e-0a1b2c3d4e5f');
const another = AssociationId.parse('5f0e8f0a-7b7c-4b1e-8a43-6f8a5d9c1b22');
const key = (kid: string) =>
  PublicKey.parse({
    kty: 'OKP',
    crv: 'Ed25519',
    x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
    kid,
    alg: 'EdDSA',
    use: 'sig',
  });
const registration: Registration = {
  client,
  association,
  role: 'partner',
  remit: [],
  label: 'Logiciel partenaire',
  keys: [key('one')],
};

const { decide, evolve, initial } = clientAggregate;
const after = (...commands: readonly ClientCommand[]): Client =>
  commands.reduce((state, command) => {
    const decision = decide(command, state);
    return decision.accepted ? decision.events.reduce(evolve, state) : state;
  }, initial);

const register = (
  changes: Partial<Registration> = {},
  standing: Standing = 'member',
): ClientCommand => ({
  type: 'register',
  registration: { ...registration, ...changes },
  standing,
});
const rights = (
  role: Registration['role'],
  remit: AssociationId[] = [],
  standing: Standing = 'member',
  actor = 'administrator',
): ClientCommand => ({ type: 'changeRights', rights: { role, remit }, standing, actor });
const disable = (actor = 'administrator'): ClientCommand => ({
  type: 'disable',
  reason: 'misuse',
  actor,
});
const enable = (standing: Standing = 'member'): ClientCommand => ({ type: 'enable', standing });
const keys = (...kids: string[]): ClientCommand => ({ type: 'replaceKeys', keys: kids.map(key) });

t.test('a client registers, and its rights, keys and state change', async (t) => {
  t.match(after(register()), { state: 'enabled', role: 'partner' });
  t.match(after(register(), rights('coordinator', [another])), {
    role: 'coordinator',
    remit: [another],
  });
  t.match(after(register(), disable()), { state: 'disabled', disabledReason: 'misuse' });
  t.match(after(register(), disable(), enable()), { state: 'enabled', disabledReason: null });
  t.match(after(register(), keys('two', 'three')), { keys: [{ kid: 'two' }, { kid: 'three' }] });
});

t.test('what is refused names why', async (t) => {
  const refusals: [string, ClientCommand[], ClientCommand][] = [
    ['client-unknown', [], disable()],
    ['client-unknown', [], rights('auditor')],
    ['client-exists', [register()], register({ role: 'auditor' })],
    ['association-unknown', [], register({}, 'unknown')],
    ['association-left', [], register({}, 'left')],
    ['association-left', [register(), disable()], enable('left')],
    ['administrator-of-carrier-only', [], register({ role: 'administrator' })],
    ['administrator-of-carrier-only', [register()], rights('administrator')],
    ['remit-of-coordinator-only', [], register({ remit: [another] })],
    ['remit-of-coordinator-only', [register()], rights('auditor', [another])],
    ['key-ids-repeated', [], register({ keys: [key('one'), key('one')] })],
    ['key-ids-repeated', [register()], keys('two', 'two')],
    ['own-rights', [register()], disable(client)],
    ['own-rights', [register()], rights('auditor', [], 'member', client)],
  ];
  for (const [code, given, when] of refusals) {
    t.same(decide(when, after(...given)), { accepted: false, refusal: { code } }, code);
  }
});

t.test('a client of the carrying association may be an administrator', async (t) => {
  t.match(after(register({ role: 'administrator' }, 'carrier')), { role: 'administrator' });
});

t.test('a key compares whatever the order of its members', async (t) => {
  const { kid, ...rest } = key('one');
  const given = register({ keys: [{ kid, ...rest } as PublicKey] });
  t.same(decide(given, after(register())), { accepted: true, events: [] });
});

t.test('allowed actions follow the state', async (t) => {
  t.same(allowedActions(initial), []);
  t.same(allowedActions(after(register())), ['rights', 'disable', 'keys']);
  t.same(allowedActions(after(register(), disable())), ['rights', 'enable', 'keys']);
});

const standing = fc.constantFrom<Standing>('unknown', 'left', 'member', 'carrier');
const role = fc.constantFrom<Registration['role']>('partner', 'coordinator', 'administrator');
const remit = fc.constantFrom<AssociationId[]>([], [another]);
const command: fc.Arbitrary<ClientCommand> = fc.oneof(
  fc.tuple(role, remit, standing).map(([r, m, s]) => register({ role: r, remit: m }, s)),
  fc.tuple(role, remit, standing).map(([r, m, s]) => rights(r, m, s)),
  fc.constantFrom('administrator', client).map(disable),
  standing.map(enable),
  fc.constantFrom(['one'], ['two', 'three'], ['two', 'two']).map((kids) => keys(...kids)),
);

t.test('a command repeated at once yields nothing', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 8 }), command, (given, when) => {
        const before = after(...given);
        const first = decide(when, before);
        if (!first.accepted) return true;
        const second = decide(when, first.events.reduce(evolve, before));
        return second.accepted && second.events.length === 0;
      }),
    ),
  );
});

t.test('every event satisfies its contract; only a coordinator ever has a remit', async (t) => {
  const isRight = (given: readonly ClientCommand[]): boolean => {
    const state = after(...given);
    const last = given.at(-1);
    if (last === undefined || state.state === 'absent') return true;
    const decision = decide(last, after(...given.slice(0, -1)));
    for (const event of decision.accepted ? decision.events : []) {
      clientEvents.schemas[event.type].parse(event.data);
    }
    return state.role === 'coordinator' || state.remit.length === 0;
  };
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(command, { maxLength: 8 }), isRight)));
});
