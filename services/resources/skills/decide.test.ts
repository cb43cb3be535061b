import { randomUUID } from 'node:crypto';
import type { Actor } from '@relais/contracts/actors';
import { AssociationId } from '@relais/contracts/ids';
import { StateSkill, skillContract } from '@relais/contracts/skills';
import fc from 'fast-check';
import t from 'tap';
import { clientOf, deciding } from '../deciding-probe.ts';
import {
  allowedSkillActions,
  endorsersOf,
  type Skill,
  type SkillCommand,
  skillAggregate,
} from './decide.ts';

const { initial } = skillAggregate;
const { after, outcome } = deciding(skillAggregate, skillContract);
const now = '2026-11-25T10:00:00.000Z';
const knowing = AssociationId.parse(randomUUID());
const [keeper, peer] = [clientOf(knowing), clientOf(randomUUID())];
const coordinator = clientOf(randomUUID(), 'coordinator', [knowing]);
const [expert, themes] = [randomUUID(), ['sante--sante-mentale']];
const terms = (title: string) =>
  StateSkill.parse({ expert, title, themes, availability: { hoursPerMonth: 4 } });

const state = (more: object = {}): SkillCommand => ({
  ...{ type: 'state', actor: keeper, now, body: terms('Écoute'), facts: null, ...more },
});
type Action = 'change' | 'endorse' | 'retractEndorsement' | 'withdraw';
const by = (type: Action, actor: Actor, said: object = {}): SkillCommand => {
  const bodies = { change: terms('Écoute, en arabe'), endorse: { text: null } };
  return {
    type,
    actor,
    now,
    body: { ...(type in bodies && bodies[type as keyof typeof bodies]), ...said },
    facts: null,
  } as SkillCommand;
};

t.test('an association says what its expert knows, and another vouches for it', async (t) => {
  t.same(outcome(state(), initial), ['skill-stated.v1']);
  t.same(outcome(by('change', keeper), after(state())), ['skill-changed.v1']);
  t.same(outcome(by('endorse', peer), after(state())), ['skill-endorsed.v1']);
  t.same(outcome(by('withdraw', coordinator), after(state())), ['skill-withdrawn.v1']);
});

t.test('what is said again appends nothing', async (t) => {
  t.same(outcome(by('change', keeper, terms('Écoute')), after(state())), []);
  const vouched = after(state(), by('endorse', peer));
  t.same(outcome(by('endorse', peer), vouched), []);
  t.same(outcome(by('endorse', peer, { text: 'Vu à l’œuvre' }), vouched), ['skill-endorsed.v1']);
  t.same(outcome(by('endorse', clientOf(randomUUID())), vouched), ['skill-endorsed.v1']);
  const busier = { availability: { hoursPerMonth: 1, from: null, until: null } };
  const changed = (said: object) => after(state(), by('endorse', peer), by('change', keeper, said));
  t.same(outcome(by('endorse', peer), changed({ ...terms('Écoute'), ...busier })), []);
  t.same(outcome(by('endorse', peer), changed({})), ['skill-endorsed.v1'], 'it says another thing');
});

t.test('who vouched for it can take that back, and nobody else', async (t) => {
  const vouched = after(state(), by('endorse', peer));
  t.same(outcome(by('retractEndorsement', peer), vouched), ['skill-endorsement-retracted.v1']);
  const other = clientOf(randomUUID());
  t.equal(outcome(by('retractEndorsement', other), vouched), 'not-endorsed');
  t.equal(outcome(by('retractEndorsement', keeper), vouched), 'not-your-part');
  const back = after(state(), by('endorse', peer), by('retractEndorsement', peer));
  t.equal(outcome(by('retractEndorsement', peer), back), 'not-endorsed');
  t.same(outcome(by('endorse', peer), back), ['skill-endorsed.v1']);
});

t.test('what is refused names why', async (t) => {
  const known = after(state());
  const refusals: [string, SkillCommand, Skill][] = [
    ['already-exists', state(), known],
    ['not-found', by('endorse', peer), initial],
    ['not-your-part', by('endorse', keeper), known],
    ['not-your-part', by('endorse', coordinator), known],
    ['not-your-part', by('change', peer), known],
    ['wrong-state', by('endorse', peer), after(state(), by('withdraw', keeper))],
    ['occurred-in-future', by('change', keeper, { occurredAt: '2027-01-01T00:00:00Z' }), known],
  ];
  for (const [code, command, skill] of refusals) t.equal(outcome(command, skill), code, code);
});

const step = fc.record({
  action: fc.constantFrom<Action>('change', 'endorse', 'retractEndorsement', 'withdraw'),
  who: fc.constantFrom(keeper, peer, coordinator),
});

t.test('exactly the allowed actions are accepted, and again they change nothing', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), step, (history, { action, who }) => {
        const command = by(action, who);
        const story = [state(), ...history.map((one) => by(one.action, one.who))];
        const before = after(...story);
        const isAllowed =
          before.state !== 'absent' &&
          allowedSkillActions({ ...before, endorsers: endorsersOf(before) }, who).includes(action);
        const again = outcome(command, after(...story, command));
        return (
          Array.isArray(outcome(command, before)) === isAllowed &&
          (!isAllowed || again.length === 0 || /^(wrong-state|not-endorsed)$/.test(`${again}`))
        );
      }),
    ),
  );
});
