import { type Actor, coordinates, worksFor } from '@relais/contracts/actors';
import type { AssociationId } from '@relais/contracts/ids';
import {
  type QuestionEvent,
  type QuestionState,
  questionPolicy,
} from '@relais/contracts/questions';
import { actionsFor } from '../acting.ts';
import { type QuestionAction, type QuestionRelation, questionActions } from './actions.ts';

export type KnownQuestion = {
  readonly state: QuestionState;
  readonly association: AssociationId;
  readonly receiver: AssociationId | null;
  readonly urgency: string;
  /** The day that who asks has set. */
  readonly answerBy: string | null;
  readonly passed: readonly AssociationId[];
  /** Whose text is published; it may take it back, whoever has the question by then. */
  readonly publishedBy: AssociationId | null;
  readonly isReminded: boolean;
  readonly isEscalated: boolean;
  readonly deadlines: { readonly [name: string]: string };
};
export type Question = { readonly state: 'absent' } | KnownQuestion;

export function evolve(question: Question, event: QuestionEvent): Question {
  if (event.type === 'question-asked.v1') {
    const { association, urgency, deadlines } = event.data;
    const answerBy = deadlines.policy === questionPolicy.byAsker ? deadlines.dueAt : null;
    return {
      ...{ state: 'asked', association, receiver: null, urgency, answerBy, passed: [] },
      publishedBy: null,
      ...newDates(deadlines),
    };
  }
  if (question.state === 'absent') throw new Error(`${event.type} before it was asked`);
  switch (event.type) {
    case 'question-routed.v1': {
      const { to: receiver, deadlines } = event.data;
      return { ...question, state: 'routed', receiver, ...newDates(deadlines) };
    }
    case 'question-passed.v1': {
      const passed = [...question.passed, event.data.by];
      return { ...question, state: 'asked', receiver: null, passed };
    }
    case 'question-reopened.v1':
      return { ...question, state: 'routed', ...newDates(event.data.deadlines) };
    case 'question-reminded.v1':
      return { ...question, isReminded: true };
    case 'question-escalated.v1':
      return { ...question, isEscalated: true };
    case 'answer-published.v1':
      return { ...question, publishedBy: event.data.by };
    case 'answer-unpublished.v1':
      return { ...question, publishedBy: null };
    default:
      return { ...question, state: endedBy[event.type], deadlines: {} };
  }
}

const endedBy = {
  'question-answered.v1': 'answered',
  'question-accepted.v1': 'accepted',
  'question-withdrawn.v1': 'withdrawn',
} as const;

const newDates = ({ policy: _, ...deadlines }: { policy: string; [name: string]: string }) => ({
  ...{ deadlines, isReminded: false, isEscalated: false },
});

export type Parties = Pick<KnownQuestion, 'association' | 'receiver' | 'state' | 'publishedBy'>;

/** All that somebody is to a question; nothing for who must not know of it. */
export const questionRelations = (
  { association, receiver, publishedBy }: Omit<Parties, 'state'>,
  actor: Actor,
): readonly QuestionRelation[] => [
  ...(worksFor(actor, association) ? (['asker'] as const) : []),
  ...(receiver !== null && worksFor(actor, receiver) ? (['receiver'] as const) : []),
  ...(publishedBy !== null && worksFor(actor, publishedBy) ? (['publisher'] as const) : []),
  ...(coordinates(actor, receiver === null ? [association] : [association, receiver])
    ? (['coordinator'] as const)
    : []),
];

/** What this actor may do now. */
export const allowedQuestionActions = (question: Parties, actor: Actor): QuestionAction[] =>
  actionsFor(questionActions, question.state, questionRelations(question, actor)).filter(
    (action) => action !== 'unpublish' || question.publishedBy !== null,
  );
