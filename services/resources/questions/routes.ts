import { AskQuestion, type QuestionEvent, questionContract } from '@relais/contracts/questions';
import type { App } from '@relais/http/app-options';
import { actionRoute, type Kind, openingRoute } from '../action-routes.ts';
import type { Desk } from '../desk.ts';
import { type QuestionAction, type QuestionCommand, questionBodies } from './actions.ts';
import { questionAggregate } from './decide.ts';
import { questionReads } from './read-routes.ts';
import { routeFor } from './routing.ts';
import { allowedQuestionActions, type Question, questionRelations } from './state.ts';

const summaries: { readonly [Action in QuestionAction]: string } = {
  route: 'Send it to an association that knows',
  pass: 'Pass it on, with a reason: it goes to the next who knows',
  answer: 'Answer it',
  accept: 'Accept the answer',
  reopen: 'Reopen it: the answer does not help',
  withdraw: 'Withdraw it',
  publish: 'Publish question and answer in a text without personal data',
  unpublish: 'Take the published text back',
};
const seals: { readonly [action: string]: { readonly seals: string } } = {
  answer: { seals: 'question-answered.v1' },
  reopen: { seals: 'question-reopened.v1' },
};

/** Questions of associations, for who asks and who answers. */
export function questionRoutes(app: App, desk: Desk): void {
  const kind: Kind<QuestionCommand, Question, QuestionEvent> = {
    path: '/questions',
    aggregate: questionAggregate,
    contract: questionContract,
    isVisible: (question, actor) =>
      question.state !== 'absent' && questionRelations(question, actor).length > 0,
    present: (id, question, actor) => ({
      ...{ id, state: question.state },
      allowedActions: question.state === 'absent' ? [] : allowedQuestionActions(question, actor),
      deadlines: question.state === 'absent' ? {} : question.deadlines,
    }),
    factsFor: (asked, question) => routeFor(desk, asked, question),
  };
  openingRoute(app, desk, kind, {
    ...{ action: 'ask', summary: 'Ask; it goes to who knows', body: AskQuestion },
    seals: 'question-asked.v1',
  });
  for (const action of Object.keys(questionBodies) as QuestionAction[]) {
    const route = { action, summary: summaries[action], body: questionBodies[action] };
    actionRoute(app, desk, kind, { ...route, ...seals[action] });
  }
  questionReads(app, desk);
}
