import { Instant } from '@relais/contracts/values';
import { AsOfBasis, TimelineEntry } from '@relais/contracts/views/timeline';
import type { Routes } from '@relais/http/app-options';
import { after, PageQuery, page, pageOf } from '@relais/http/paging';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ById, caseFor, readers } from '../cases/read-routes.ts';
import type { ReadModelAccess } from '../reading.ts';
import { referralFor } from '../referrals/read-routes.ts';
import { wordsFor } from '../words.ts';
import { presentEntry } from './present.ts';
import { listTimeline, PositionKey, type TimelineOf } from './query.ts';

const Query = z.strictObject({
  ...PageQuery,
  asOf: Instant.optional(),
  basis: AsOfBasis.default('recorded'),
});
const description =
  'In the order of the log. `asOf` with `basis=recorded` is what the platform knew then, with `basis=occurred` what had happened by then.';
const config = { access: readers };
const shape = { description, querystring: Query, response: { 200: pageOf(TimelineEntry) } };

/** What happened to a case, to a referral, and in the course of one request, across associations. */
export const timelineRoutes =
  (access: ReadModelAccess): Routes =>
  async (app) => {
    const answer = async (
      request: FastifyRequest,
      reply: FastifyReply,
      query: z.infer<typeof Query>,
      of: TimelineOf,
    ) => {
      const { asOf, basis, limit } = query;
      const { caller } = request;
      const from = after(request, PositionKey)?.[0];
      const date = asOf === undefined ? undefined : { at: asOf, basis };
      const rows = await listTimeline(access.sql, caller, of, date, from, limit + 1);
      const words = wordsFor(request, access.now());
      const { items, next } = page(request, reply, rows, (row) => [row.position.toString()]);
      return { items: items.map((row) => presentEntry(row, caller, words)), next };
    };

    app.get(
      '/cases/:id/timeline',
      {
        config,
        schema: { ...shape, summary: 'Follow what happened to a case', params: ById },
      },
      async (request, reply) => {
        const { parts } = await caseFor(access, request.caller, request.params.id);
        return answer(request, reply, request.query, { case: parts.file.id });
      },
    );

    app.get(
      '/referrals/:id/timeline',
      {
        config,
        schema: { ...shape, summary: 'Follow what happened to a referral', params: ById },
      },
      async (request, reply) => {
        const { parts } = await referralFor(access, request.caller, request.params.id);
        return answer(request, reply, request.query, { referral: parts.row.id });
      },
    );

    app.get(
      '/timelines/:correlationId',
      {
        config,
        schema: {
          ...shape,
          summary: 'Follow what one request led to',
          description: `${description} Empty where there is nothing the caller may see.`,
          params: z.strictObject({ correlationId: z.uuid().toLowerCase() }),
        },
      },
      (request, reply) =>
        answer(request, reply, request.query, { correlation: request.params.correlationId }),
    );
  };
