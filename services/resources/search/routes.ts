import { actorOf } from '@relais/contracts/actors';
import { viewersOf } from '@relais/contracts/offer-visibility';
import { PublicSearchAnswer, SearchAnswer, searchFilters } from '@relais/contracts/search';
import type { App, RateLimit } from '@relais/http/app-options';
import { after, PageQuery, page } from '@relais/http/paging';
import { HttpProblem } from '@relais/http/problem';
import { rateLimiter } from '@relais/http/rate-limit';
import type { Sql } from '@relais/postgres/database';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Desk } from '../desk.ts';
import { offerView, publicOffer } from '../offers/present.ts';
import { languageHeaders } from '../words.ts';
import { search } from './answer.ts';
import { detailsOf } from './details.ts';
import type { Audience, Filters } from './question.ts';

const members = ['partner', 'coordinator', 'auditor', 'administrator'] as const;
/** One reader's pace, many times over; searching costs more than other readings. Counted in each process. */
const publicRate: RateLimit = { requests: 300, windowSeconds: 10 };

const querystring = z.strictObject({ ...PageQuery, ...searchFilters });
type Query = z.output<typeof querystring>;
const Place = z.tuple([z.int(), z.number(), z.uuid()]);

/** Search, for members and for everybody. What is typed may tell of a person: it is logged and kept nowhere. */
export function searchRoutes(app: App, { rows, now }: Pick<Desk, 'rows' | 'now'>): void {
  const limiter = rateLimiter('public-search', publicRate);
  app.get(
    '/offer-search',
    {
      config: { access: members },
      schema: {
        summary:
          'Search among the offers that are for you: words, place, moment; with counts and reasons',
        querystring,
        response: { 200: SearchAnswer },
      },
    },
    async (request, reply) => {
      const actor = actorOf(request.caller);
      const answer = await answered(request, reply, {
        ...{ rows, now, query: request.query, audience: { viewers: viewersOf(actor) } },
      });
      const preferred = request.headers['accept-language'];
      return {
        ...answer,
        items: answer.items.map(({ row, ...item }) => ({
          ...item,
          offer: offerView(row, actor, preferred),
        })),
      };
    },
  );
  app.get(
    '/public/offer-search',
    {
      config: { access: 'public' },
      schema: {
        summary: 'Search among the offers that are for everybody',
        querystring,
        response: { 200: PublicSearchAnswer },
      },
    },
    async (request, reply) => {
      limiter.count(request.socket.remoteAddress ?? '', now().getTime());
      const answer = await answered(request, reply, {
        ...{ rows, now, query: request.query, audience: 'everybody' as const },
      });
      const preferred = request.headers['accept-language'];
      return {
        ...answer,
        items: answer.items.map(({ row, ...item }) => ({
          ...item,
          offer: publicOffer(row, preferred),
        })),
      };
    },
  );
}

async function answered(
  request: FastifyRequest,
  reply: FastifyReply,
  asked: { rows: Sql; now: () => Date; query: Query; audience: Audience },
) {
  const { limit, cursor: _, ...filters } = asked.query;
  checkTogether(filters);
  const place = after(request, Place);
  const { question, found, least, about } = await search(
    asked.rows,
    { filters, audience: asked.audience, now: asked.now() },
    {
      from: place && { least: place[0], key: [place[1], place[2]] },
      limit: limit + 1,
    },
  );
  const { items, next } = page(request, reply, found, ({ key, id }) => [least, key, id]);
  languageHeaders(reply, []);
  return { items: await detailsOf(asked.rows, question, items), next, ...about };
}

/** Parameters that mean nothing without one another. */
function checkTogether({ latitude, longitude, commune, radiusKm, sort }: Filters): void {
  const detail = (en: string, fr: string) => ({ en, fr });
  const hasCentre = commune !== undefined || (latitude !== undefined && longitude !== undefined);
  const isHalf = (latitude === undefined) !== (longitude === undefined);
  const errors = [];
  if (isHalf) {
    const pointer = latitude === undefined ? 'latitude' : 'longitude';
    const says = detail(
      'Latitude and longitude go together.',
      'Latitude et longitude vont ensemble.',
    );
    errors.push({ pointer, code: 'missing', detail: says });
  }
  const needing = radiusKm !== undefined ? 'radiusKm' : sort === 'distance' ? 'sort' : undefined;
  if (!hasCentre && !isHalf && needing !== undefined) {
    const says = detail(
      'It needs a commune or coordinates.',
      'Il faut une commune ou des coordonnées.',
    );
    errors.push({ pointer: needing, code: 'no-centre', detail: says });
  }
  if (errors.length > 0) throw new HttpProblem('invalid-request', { errors });
}
