import { AssociationProfile, associationEvents } from '@relais/contracts/associations';
import { AssociationId } from '@relais/contracts/ids';
import fc from 'fast-check';
import t from 'tap';
import { type Association, type AssociationCommand, associationAggregate } from './decide.ts';

const id = AssociationId.parse('0b8f6a54-1d0c-4a3e-9d5e-0a1b2c3d4e5f');
const profile = AssociationProfile.parse({
  name: 'Carrefour des solidarités',
  kind: 'association',
  themes: ['remobilisation--lien-social'],
  communes: ['59183'],
  acceptsOpenReferrals: true,
  languages: ['fr', 'ps'],
});

const { decide, evolve, initial } = associationAggregate;
const after = (...commands: readonly AssociationCommand[]): Association =>
  commands.reduce((state, command) => {
    const decision = decide(command, state);
    return decision.accepted ? decision.events.reduce(evolve, state) : state;
  }, initial);

const register = (carrier = false): AssociationCommand => ({
  type: 'register',
  association: id,
  profile,
  carrier,
});
const change = (name: string): AssociationCommand => ({
  type: 'change',
  profile: { ...profile, name },
});

t.test('an association registers, changes its profile and leaves', async (t) => {
  t.match(after(register()), { state: 'member', carrier: false, profile });
  t.match(after(register(), change('Carrefour')), { profile: { name: 'Carrefour' } });
  t.match(after(register(), { type: 'leave' }), { state: 'left', profile });
});

t.test('what is refused names why', async (t) => {
  const refusals: [string, AssociationCommand[], AssociationCommand][] = [
    ['association-unknown', [], change('Carrefour')],
    ['association-unknown', [], { type: 'leave' }],
    ['association-exists', [register()], register(true)],
    ['association-exists', [register(), change('Carrefour')], register()],
    ['association-left', [register(), { type: 'leave' }], change('Carrefour')],
    ['association-left', [register(), { type: 'leave' }], register()],
    ['carrier-stays', [register(true)], { type: 'leave' }],
  ];
  for (const [code, given, when] of refusals) {
    t.same(decide(when, after(...given)), { accepted: false, refusal: { code } }, code);
  }
});

const command: fc.Arbitrary<AssociationCommand> = fc.oneof(
  fc.boolean().map(register),
  fc.constantFrom('Carrefour', 'Auberge').map(change),
  fc.constant<AssociationCommand>({ type: 'leave' }),
);

t.test('a command repeated at once yields nothing', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(command, { maxLength: 6 }), command, (given, when) => {
        const before = after(...given);
        const first = decide(when, before);
        if (!first.accepted) return true;
        const second = decide(when, first.events.reduce(evolve, before));
        return second.accepted && second.events.length === 0;
      }),
    ),
  );
});

t.test('every event satisfies its contract, and nobody becomes the carrier later', async (t) => {
  const isRight = (given: readonly AssociationCommand[]): boolean => {
    const before = after(...given.slice(0, -1));
    const last = given.at(-1);
    if (last === undefined) return true;
    const decision = decide(last, before);
    if (!decision.accepted) return true;
    for (const event of decision.events) associationEvents.schemas[event.type].parse(event.data);
    const state = decision.events.reduce(evolve, before);
    if (before.state === 'absent' || state.state === 'absent') return true;
    return before.carrier === state.carrier;
  };
  t.doesNotThrow(() => fc.assert(fc.property(fc.array(command, { maxLength: 6 }), isRight)));
});
