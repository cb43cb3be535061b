/** Who may do what to a question. Drives the rules and the API's allowedActions. */
import type { AssociationId, SkillId } from '@relais/contracts/ids';
import {
  AcceptAnswer,
  AnswerQuestion,
  type AskQuestion,
  PassQuestion,
  PublishAnswer,
  type QuestionState,
  ReopenQuestion,
  RouteQuestion,
  UnpublishAnswer,
  WithdrawQuestion,
} from '@relais/contracts/questions';
import type { ActionTable, Command } from '../acting.ts';

export const questionBodies = {
  route: RouteQuestion,
  pass: PassQuestion,
  answer: AnswerQuestion,
  accept: AcceptAnswer,
  reopen: ReopenQuestion,
  withdraw: WithdrawQuestion,
  publish: PublishAnswer,
  unpublish: UnpublishAnswer,
};
export type QuestionAction = keyof typeof questionBodies;

/** Who knows, and why it is thought so; null where nobody was found. */
export type Route = {
  readonly to: AssociationId;
  readonly skill: SkillId | null;
  readonly reasons: readonly { readonly code: string; readonly points: number }[];
} | null;

export type UserCommand =
  | Command<'ask', typeof AskQuestion, Route>
  | Command<'pass', typeof PassQuestion, Route>
  | Command<'route', typeof RouteQuestion, Route>
  | {
      [Of in Exclude<QuestionAction, 'pass' | 'route'>]: Command<Of, (typeof questionBodies)[Of]>;
    }[Exclude<QuestionAction, 'pass' | 'route'>];
/** `dueAt`: the date that has come. */
export type SystemCommand = { readonly type: 'remind' | 'escalate'; readonly dueAt: string };
export type QuestionCommand = UserCommand | SystemCommand;

export type QuestionRelation = 'asker' | 'receiver' | 'publisher' | 'coordinator';

export const questionActions: ActionTable<QuestionAction, QuestionState, QuestionRelation> = {
  route: { from: ['asked', 'routed'], who: ['asker', 'coordinator'] },
  pass: { from: ['routed'], who: ['receiver'] },
  answer: { from: ['routed'], who: ['receiver'] },
  accept: { from: ['answered'], who: ['asker'] },
  reopen: { from: ['answered', 'accepted'], who: ['asker'] },
  withdraw: { from: ['asked', 'routed'], who: ['asker', 'coordinator'] },
  publish: { from: ['answered', 'accepted'], who: ['asker', 'receiver'] },
  unpublish: {
    from: ['asked', 'routed', 'answered', 'accepted', 'withdrawn'],
    who: ['asker', 'receiver', 'publisher', 'coordinator'],
  },
};
