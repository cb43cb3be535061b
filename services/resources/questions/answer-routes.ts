import { LanguageTag } from '@relais/contracts/associations';
import { Theme } from '@relais/contracts/themes';
import { text } from '@relais/contracts/values';
import { PublishedAnswerView } from '@relais/contracts/views/svp';
import type { App } from '@relais/http/app-options';
import { directionOf } from '@relais/http/language';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { queryOf } from '../search/synonyms.ts';
import type { AnswerRow } from './project.ts';
import { findAnswer, listAnswers } from './query.ts';

const access = ['partner', 'coordinator'] as const;

/** Answers that were published, for every member. */
export function answerRoutes(app: App, { rows: sql }: Desk): void {
  app.get(
    '/answers',
    {
      config: { access },
      schema: {
        summary: 'Published answers, latest first; `q` finds French words in any form',
        querystring: z.strictObject({
          ...PageQuery,
          q: text(200).optional(),
          theme: Theme.optional(),
          language: LanguageTag.optional(),
        }),
        response: { 200: pageOf(PublishedAnswerView) },
      },
    },
    async (request, reply) => {
      const { q, theme, language, limit } = request.query;
      const from = after(request, z.tuple([z.iso.datetime(), z.uuid()]));
      const words = q === undefined ? null : queryOf(q);
      const rows = await listAnswers(sql, { words, theme, language }, from, limit + 1);
      const { items, next } = page(request, reply, rows, (row) => [row.published_at, row.id]);
      return { items: items.map(answerView), next };
    },
  );
  app.get(
    '/answers/:id',
    {
      config: { access },
      schema: {
        summary: 'One published answer, by the id of its question',
        params: z.strictObject({ id: z.uuid().toLowerCase() }),
        response: { 200: PublishedAnswerView },
      },
    },
    async (request) => {
      const row = await findAnswer(sql, request.params.id);
      if (row === undefined) throw new HttpProblem('not-found');
      return answerView(row);
    },
  );
}

const answerView = ({ words: _, published_at, themes, links, ...row }: AnswerRow) => ({
  ...row,
  direction: directionOf(row.language),
  ...{ themes: [...themes], links: [...links], publishedAt: published_at },
});
