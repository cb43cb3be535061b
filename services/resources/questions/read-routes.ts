import { type Actor, actorOf } from '@relais/contracts/actors';
import { AssociationId } from '@relais/contracts/ids';
import { QuestionState } from '@relais/contracts/questions';
import { QuestionLine, QuestionView } from '@relais/contracts/views/svp';
import type { App } from '@relais/http/app-options';
import { revisionTag } from '@relais/http/outcome';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { associationsOf } from '../exchanges/read-routes.ts';
import { openRecorded } from '../sealed-text.ts';
import type { QuestionRow } from './project.ts';
import { findQuestion, listQuestions } from './query.ts';
import { allowedQuestionActions, questionRelations } from './state.ts';

const access = ['partner', 'coordinator'] as const;

/** Questions, read. */
export function questionReads(app: App, desk: Desk): void {
  app.get(
    '/questions',
    {
      config: { access },
      schema: {
        summary: 'Questions asked and received, and those one coordinates; latest first',
        querystring: z.strictObject({
          ...PageQuery,
          side: z.enum(['asked', 'received']).optional(),
          state: QuestionState.optional(),
        }),
        response: { 200: pageOf(QuestionLine) },
      },
    },
    async (request, reply) => {
      const { caller, query } = request;
      const from = after(request, z.tuple([z.iso.datetime(), z.uuid()]));
      const rows = await listQuestions(
        ...([desk.rows, associationsOf(caller), query, from, query.limit + 1] as const),
      );
      const { items, next } = page(request, reply, rows, (row) => [row.asked_at, row.id]);
      const actor = actorOf(caller);
      return { items: items.map((row) => questionLine(row, actor)), next };
    },
  );
  app.get(
    '/questions/:id',
    {
      config: { access },
      schema: {
        summary: 'One question; its texts for who asks and who answers',
        params: z.strictObject({ id: z.uuid().toLowerCase() }),
        response: { 200: QuestionView },
      },
    },
    async (request, reply) => {
      const { caller, correlationId } = request;
      const row = await findQuestion(desk.rows, request.params.id);
      const actor = actorOf(caller);
      const is = row === undefined ? [] : questionRelations(partiesOf(row), actor);
      if (row === undefined || is.length === 0) throw new HttpProblem('not-found');
      const isParty = is.includes('asker') || is.includes('receiver');
      const reading = { caller, correlationId, of: 'question', id: row.id, level: 'party' };
      const [text = null, answer = null, why = null] = await openRecorded(
        ...([desk, reading, isParty ? [row.text, row.answer, row.why] : []] as const),
      );
      revisionTag(reply, row.revision);
      return { ...questionLine(row, actor), text, answer, why, links: [...row.links] };
    },
  );
}

const partiesOf = ({ association, receiver, state, published_by: by }: QuestionRow) => ({
  association: AssociationId.parse(association),
  receiver: receiver === null ? null : AssociationId.parse(receiver),
  publishedBy: by === null ? null : AssociationId.parse(by),
  state,
});

const questionLine = (row: QuestionRow, actor: Actor): QuestionLine => ({
  ...{ id: row.id, state: row.state, revision: row.revision.toString() },
  ...{ association: row.association, receiver: row.receiver, skill: row.skill },
  reasons: row.reasons.map((reason) => ({ ...reason })),
  ...{ themes: [...row.themes], commune: row.commune, languages: [...row.languages] },
  ...{ urgency: row.urgency, reopened: row.reopened },
  ...{ reminded: row.reminded, escalated: row.escalated },
  ...{ isPublished: row.published_by !== null, deadlines: row.deadlines },
  ...{ askedAt: row.asked_at, changedAt: row.changed_at },
  allowedActions: allowedQuestionActions(partiesOf(row), actor),
});
