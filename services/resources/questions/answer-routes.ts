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
import { findByWords, Matched, WordsPlace } from '../search/by-words.ts';
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
        summary: 'Published answers, latest first; `q` finds words in any form',
        querystring: z.strictObject({
          ...PageQuery,
          q: text(200).optional(),
          theme: Theme.optional(),
          language: LanguageTag.optional(),
        }),
        response: { 200: pageOf(PublishedAnswerView).extend(Matched) },
      },
    },
    async (request, reply) => {
      const { q: typed, theme, language, limit } = request.query;
      const from = after(request, WordsPlace);
      const { rows, least, matched } = await findByWords(sql, { typed, from: from?.[0] }, (words) =>
        listAnswers(sql, { words, theme, language }, from && [from[1], from[2]], limit + 1),
      );
      const { items, next } = page(request, reply, rows, (row) => [
        ...[least, row.published_at, row.id],
      ]);
      return { items: items.map(answerView), next, matched };
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
