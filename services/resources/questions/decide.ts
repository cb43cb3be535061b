import type { expertiseProblems } from '@relais/contracts/expertise-problems';
import { type QuestionEvent, questionPolicy } from '@relais/contracts/questions';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';
import { type ActionRefusal, actionRefusal, isInFuture } from '../acting.ts';
import {
  type QuestionCommand,
  questionActions,
  type Route,
  type SystemCommand,
  type UserCommand,
} from './actions.ts';
import { evolve, type KnownQuestion, type Question, questionRelations } from './state.ts';

export type QuestionRefusal = {
  readonly code: ActionRefusal | keyof typeof expertiseProblems | 'already-exists';
};
type Decided = Decision<QuestionEvent, QuestionRefusal>;

function decide(command: QuestionCommand, question: Question): Decided {
  if (!('actor' in command)) return decidedByTime(command, question);
  if (isInFuture(command)) return refuse({ code: 'occurred-in-future' });
  if (command.type === 'ask') {
    return question.state === 'absent' ? asked(command) : refuse({ code: 'already-exists' });
  }
  if (question.state === 'absent') return refuse({ code: 'not-found' });
  const is = questionRelations(question, command.actor);
  const code = actionRefusal(questionActions, command.type, question.state, is);
  if (code !== undefined) return refuse({ code });
  return changed(command, question);
}

/** What who asks has set as long as it has not passed, whoever the question goes to; else what the policy gives. */
export function datesOf(
  now: string,
  { urgency, answerBy }: Pick<KnownQuestion, 'urgency' | 'answerBy'>,
) {
  const start = Date.parse(now);
  const at = (ms: number) => new Date(start + ms).toISOString();
  const leftMs = answerBy === null ? 0 : Date.parse(answerBy) - start;
  if (leftMs > 0) {
    return { policy: questionPolicy.byAsker, remindAt: at(leftMs / 2), dueAt: at(leftMs) };
  }
  const { remindMs, dueMs } = questionPolicy[urgency === 'urgent' ? 'urgent' : 'ordinary'];
  return { policy: questionPolicy.version, remindAt: at(remindMs), dueAt: at(dueMs) };
}

const isOutOfRange = (now: string, answerBy: string | null): boolean => {
  const leftMs = answerBy === null ? 1 : Date.parse(answerBy) - Date.parse(now);
  return leftMs <= 0 || leftMs > questionPolicy.answerByMaxMs;
};

const routed = (
  association: KnownQuestion['association'],
  route: NonNullable<Route>,
  deadlines: ReturnType<typeof datesOf>,
): QuestionEvent => ({
  type: 'question-routed.v1',
  data: { association, ...route, reasons: [...route.reasons], deadlines },
});

function asked({ actor, now, body, facts }: Extract<UserCommand, { type: 'ask' }>): Decided {
  if (actor.role === 'system') return refuse({ code: 'not-your-part' });
  if (isOutOfRange(now, body.answerBy)) return refuse({ code: 'answer-by-out-of-range' });
  const { occurredAt: _, answerBy: __, ...said } = body;
  const { association } = actor;
  const deadlines = datesOf(now, body);
  const data = { association, ...said, deadlines };
  const ask: QuestionEvent = { type: 'question-asked.v1', data };
  return facts === null ? accept(ask) : accept(ask, routed(association, facts, deadlines));
}

function changed(command: Exclude<UserCommand, { type: 'ask' }>, question: KnownQuestion): Decided {
  const { association, receiver } = question;
  const whose = { association, receiver };
  const { actor, now } = command;
  const by = actor.role === 'system' ? association : actor.association;
  const deadlines = datesOf(now, question);
  switch (command.type) {
    case 'route':
      if (command.body.to === association) return refuse({ code: 'own-question' });
      if (command.facts === null) return refuse({ code: 'receiver-unknown' });
      if (command.facts.to === receiver) return accept();
      return accept(routed(association, command.facts, deadlines));
    case 'pass': {
      if (receiver === null) return refuse({ code: 'wrong-state' });
      const { reason } = command.body;
      const data = { association, by: receiver, reason };
      const passed: QuestionEvent = { type: 'question-passed.v1', data };
      const { facts } = command;
      return facts === null
        ? accept(passed)
        : accept(passed, routed(association, facts, deadlines));
    }
    case 'answer': {
      const { text, links } = command.body;
      const data = { ...whose, text, links: [...links] };
      return accept({ type: 'question-answered.v1', data });
    }
    case 'accept':
      return accept({ type: 'question-accepted.v1', data: whose });
    case 'reopen': {
      const data = { ...whose, why: command.body.why, deadlines };
      return accept({ type: 'question-reopened.v1', data });
    }
    case 'withdraw':
      return accept({ type: 'question-withdrawn.v1', data: whose });
    case 'publish': {
      const { occurredAt: _, confirmedFreeOfPersonalData: __, ...words } = command.body;
      return accept({ type: 'answer-published.v1', data: { by, ...words } });
    }
    case 'unpublish':
      if (question.publishedBy === null) return refuse({ code: 'not-published' });
      return accept({ type: 'answer-unpublished.v1', data: { by } });
  }
}

/** What time brings, once; what was answered meanwhile refuses it, and what has other dates by now is not late. */
function decidedByTime({ type, dueAt }: SystemCommand, question: Question): Decided {
  if (question.state === 'absent') return refuse({ code: 'not-found' });
  const { state, association, receiver } = question;
  if (state !== 'asked' && state !== 'routed') return refuse({ code: 'wrong-state' });
  if (question.deadlines[type === 'remind' ? 'remindAt' : 'dueAt'] !== dueAt) return accept();
  if (type === 'remind' ? question.isReminded : question.isEscalated) return accept();
  const event = type === 'remind' ? 'question-reminded.v1' : 'question-escalated.v1';
  return accept({ type: event, data: { association, receiver } });
}

export const questionAggregate: Aggregate<
  QuestionCommand,
  Question,
  QuestionEvent,
  QuestionRefusal
> = { category: 'question', initial: { state: 'absent' }, decide, evolve };
