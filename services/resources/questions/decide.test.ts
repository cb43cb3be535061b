import { randomUUID } from 'node:crypto';
import type { Actor } from '@relais/contracts/actors';
import { AssociationId, PersonId } from '@relais/contracts/ids';
import { AskQuestion, type QuestionEvent, questionContract } from '@relais/contracts/questions';
import type { Sealed } from '@relais/contracts/sealed';
import fc from 'fast-check';
import t from 'tap';
import { clientOf, deciding } from '../deciding-probe.ts';
import {
  type QuestionAction,
  type QuestionCommand,
  questionActions,
  type Route,
} from './actions.ts';
import { questionAggregate } from './decide.ts';
import { allowedQuestionActions, type KnownQuestion, type Question } from './state.ts';

const { decide, evolve, initial } = questionAggregate;
const { after, outcome, eventsOf } = deciding(questionAggregate, questionContract);
const now = '2026-11-25T10:00:00.000Z';
const hours = (count: number) => new Date(Date.parse(now) + count * 3_600_000).toISOString();
const themes = ['sante--acces-aux-soins' as const];
const [asking, knowing, next] = Array.from({ length: 3 }, () =>
  AssociationId.parse(randomUUID()),
) as [AssociationId, AssociationId, AssociationId];
const [asker, receiver, other] = [clientOf(asking), clientOf(knowing), clientOf(next)];
const coordinator = clientOf(randomUUID(), 'coordinator', [asking]);
const stranger = clientOf(randomUUID());
const words: Sealed = {
  person: PersonId.parse(randomUUID()),
  category: 'social',
  text: 'c2VhbGVk',
};
const to = (association: AssociationId): Route => ({ to: association, skill: null, reasons: [] });

type Asked = Partial<Pick<ReturnType<typeof AskQuestion.parse>, 'urgency' | 'answerBy'>>;
const ask = (more: Asked = {}, facts = to(knowing)): QuestionCommand => {
  const body = { ...AskQuestion.parse({ themes, text: 'Quand ?', ...more }), text: words };
  return { type: 'ask', actor: asker, now, body, facts };
};
const published = {
  ...{ title: 'Travailler', question: 'Quand ?', answer: 'Après six mois.', themes },
  ...{ language: 'fr', links: [], confirmedFreeOfPersonalData: true },
};
const bodies: { readonly [action in QuestionAction]: object } = {
  route: { to: next },
  pass: { reason: 'no_capacity' },
  answer: { text: words, links: [] },
  reopen: { why: words },
  publish: published,
  ...{ accept: {}, withdraw: {}, unpublish: {} },
};
const by = (type: QuestionAction, actor: Actor, more: object = {}): QuestionCommand =>
  ({
    ...{ type, actor, now, body: bodies[type] },
    facts: /^(route|pass)$/.test(type) ? to(next) : null,
    ...more,
  }) as QuestionCommand;
const answered = [ask(), by('answer', receiver)];

t.test('it goes to who knows, is answered, reopened and accepted', async (t) => {
  t.same(outcome(ask(), initial), ['question-asked.v1', 'question-routed.v1']);
  t.same(outcome(ask({}, null), initial), ['question-asked.v1'], 'nobody knows yet');
  t.same(outcome(by('route', coordinator), after(ask({}, null))), ['question-routed.v1']);
  t.same(outcome(by('answer', receiver), after(ask())), ['question-answered.v1']);
  t.match(after(...answered, by('reopen', asker)), { state: 'routed', receiver: knowing });
  t.match(after(...answered, by('accept', asker)), { state: 'accepted', deadlines: {} });
});

t.test('who has no time passes it on, and has nothing to do with it any more', async (t) => {
  const passed = after(ask(), by('pass', receiver));
  t.match(passed, { state: 'routed', receiver: next, passed: [knowing] });
  t.equal(outcome(by('answer', receiver), passed), 'not-found');
  t.same(outcome(by('answer', other), passed), ['question-answered.v1']);
  t.match(after(ask(), by('pass', receiver, { facts: null })), { state: 'asked', receiver: null });
});

t.test('sent to who has it already, it keeps its dates', async (t) => {
  const again = by('route', asker, { facts: to(knowing), body: { to: knowing }, now: hours(5) });
  t.same(outcome(again, after(ask())), []);
});

t.test('a day that the asker sets stays, whoever it goes to, until it has passed', async (t) => {
  const answerBy = hours(48);
  const dates = { remindAt: hours(24), dueAt: answerBy };
  t.match(after(ask({ answerBy })), { deadlines: dates });
  const passed = by('pass', receiver, { now: hours(10) });
  t.match(after(ask({ answerBy }), passed), {
    deadlines: { remindAt: hours(29), dueAt: answerBy },
  });
  const late = by('pass', receiver, { now: hours(48) });
  t.match(after(ask({ answerBy, urgency: 'urgent' }), late), { deadlines: { dueAt: hours(72) } });
  t.match(after(ask()), { deadlines: { remindAt: hours(96), dueAt: hours(168) } });
  for (const wrong of [now, hours(-1), hours(91 * 24)]) {
    t.equal(outcome(ask({ answerBy: wrong }), initial), 'answer-by-out-of-range', wrong);
  }
});

t.test('what is refused names why', async (t) => {
  const asked = after(ask());
  const refusals: [string, QuestionCommand, Question][] = [
    ['already-exists', ask(), asked],
    ['not-found', by('answer', receiver), initial],
    ['not-found', by('answer', stranger), asked],
    ['not-found', by('answer', clientOf(knowing, 'auditor')), asked],
    ['not-your-part', by('answer', asker), asked],
    ['not-your-part', by('publish', coordinator), after(...answered)],
    ['wrong-state', by('accept', asker), asked],
    ['wrong-state', by('withdraw', asker), after(...answered)],
    ['own-question', by('route', asker, { body: { to: asking } }), asked],
    ['receiver-unknown', by('route', asker, { facts: null }), asked],
    ['not-published', by('unpublish', asker), after(...answered)],
    ['occurred-in-future', by('withdraw', asker, { body: { occurredAt: hours(1) } }), asked],
  ];
  for (const [code, command, state] of refusals) t.equal(outcome(command, state), code, code);
});

t.test('time reminds and escalates once, by the dates that hold', async (t) => {
  const asked = after(ask());
  const remind = { type: 'remind', dueAt: hours(96) } as const;
  const escalate = { type: 'escalate', dueAt: hours(168) } as const;
  t.same(outcome(remind, asked), ['question-reminded.v1']);
  t.same(outcome(remind, after(ask(), remind)), []);
  t.same(outcome(escalate, asked), ['question-escalated.v1']);
  t.equal(outcome(escalate, after(...answered)), 'wrong-state');
  const passed = after(ask(), by('pass', receiver, { now: hours(167) }));
  t.same(outcome(escalate, passed), [], 'who has it since an hour is not late');
  t.same(outcome({ type: 'escalate', dueAt: hours(167 + 168) }, passed), ['question-escalated.v1']);
});

t.test('who published a text can take it back, whatever became of the question', async (t) => {
  const shown = [...answered, by('publish', receiver)];
  const gone = after(...shown, by('reopen', asker), by('pass', receiver));
  t.same(outcome(by('unpublish', receiver), gone), ['answer-unpublished.v1']);
  t.equal(outcome(by('answer', receiver), gone), 'not-your-part');
  const over = after(...shown, by('reopen', asker), by('withdraw', asker));
  t.same(outcome(by('unpublish', coordinator), over), ['answer-unpublished.v1']);
});

const actions = Object.keys(questionActions) as QuestionAction[];
const step = fc.record({
  action: fc.constantFrom(...actions),
  who: fc.constantFrom(asker, receiver, other, coordinator, stranger),
  hour: fc.nat(400),
});
type Walked = typeof step extends fc.Arbitrary<infer One> ? One : never;
/** The hours of a walk only grow. */
const walk = fc
  .array(step, { maxLength: 12 })
  .map((steps) => steps.toSorted((one, later) => one.hour - later.hour));
const commandOf = ({ action, who, hour }: Walked) => by(action, who, { now: hours(hour) });

t.test(
  'exactly the allowed actions are accepted, and whatever is published can be taken back',
  async (t) => {
    const holds = (history: readonly Walked[], { action, who, hour }: Walked): boolean => {
      const before = after(ask(), ...history.map(commandOf)) as KnownQuestion;
      const { accepted } = decide(commandOf({ action, who, hour }), before);
      const isAllowed = allowedQuestionActions(before, who).includes(action);
      const isOpen = before.state === 'asked' || before.state === 'routed';
      const canUnpublish = allowedQuestionActions(before, asker).includes('unpublish');
      return (
        accepted === isAllowed &&
        (before.publishedBy !== null) === canUnpublish &&
        isOpen === 'dueAt' in before.deadlines
      );
    };
    t.doesNotThrow(() => fc.assert(fc.property(walk, step, holds), { numRuns: 500 }));
  },
);

t.test('each who has a question is reminded once and told of once', async (t) => {
  const told = (history: readonly Walked[]): boolean => {
    let state = after(ask());
    const events: QuestionEvent[] = [];
    const take = (command: QuestionCommand) => {
      const decided = eventsOf(command, state);
      events.push(...decided);
      state = decided.reduce(evolve, state);
    };
    for (const one of history) {
      const { remindAt, dueAt } = state.state === 'absent' ? {} : state.deadlines;
      for (const _ of [1, 2]) {
        take({ type: 'remind', dueAt: remindAt ?? now });
        take({ type: 'escalate', dueAt: dueAt ?? now });
      }
      take(commandOf(one));
    }
    const parts = events
      .map(({ type }) => type)
      .join(' ')
      .split(/routed|reopened/);
    return parts.every((part) => !/reminded.*reminded|escalated.*escalated/.test(part));
  };
  t.doesNotThrow(() => fc.assert(fc.property(walk, told), { numRuns: 300 }));
});
