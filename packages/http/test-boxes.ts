import { CommandAnswer } from '@relais/contracts/answers';
import type { Role } from '@relais/contracts/identity';
import { type Aggregate, accept, refuse } from '@relais/event-log/aggregate';
import type { Log } from '@relais/event-log/log';
import { submit } from '@relais/event-log/submit';
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import type { Routes } from './app-options.ts';
import { answerCommand, revisionTag } from './outcome.ts';
import { after, PageQuery, page, pageOf } from './paging.ts';
import { HttpProblem } from './problem.ts';
import { repeatable } from './validation.ts';

/** A service as small as can be that uses every convention: boxes which hold a number that may only grow. */
type Event = { type: 'box-set.v1'; data: { size: number } };
type Box = { readonly size: number };
type Refusal = { readonly code: 'box-exists' | 'box-unknown' | 'box-full' };
type Grow = { readonly kind: 'make' | 'grow'; readonly size: number };

const box: Aggregate<Grow, Box, Event, Refusal> = {
  category: 'box',
  initial: { size: 0 },
  decide({ kind, size }, state) {
    if (kind === 'make' && state.size > 0) return refuse({ code: 'box-exists' });
    if (kind === 'grow' && state.size === 0) return refuse({ code: 'box-unknown' });
    if (state.size + size > 10) return refuse({ code: 'box-full' });
    return accept({ type: 'box-set.v1', data: { size: state.size + size } });
  },
  evolve: (_state, event) => event.data,
};
const contract = {
  schemas: { 'box-set.v1': z.object({ size: z.int() }) },
  upcasters: {},
  current: undefined as unknown as Event,
};
/** Its refusals. */
export const boxProblems = {
  'box-exists': { status: 409, title: { en: 'The box exists', fr: 'La boîte existe' } },
  'box-unknown': { status: 404, title: { en: 'No such box', fr: 'Boîte inconnue' } },
  'box-full': { status: 409, title: { en: 'The box is full', fr: 'La boîte est pleine' } },
};

const ById = z.strictObject({ id: z.uuid() });
const Size = z.strictObject({
  size: z.int().min(1).max(10),
  label: z.string().min(1).max(300).optional(),
  labels: z.array(z.strictObject({ name: z.string().max(20) })).optional(),
});
const BoxView = z.object({ id: z.uuid(), size: z.int() }).meta({ id: 'Box' });
const everybody: Role[] = ['partner', 'coordinator', 'auditor', 'administrator'];

const present = (id: string) => (state: Box) => ({
  id,
  state: state.size === 10 ? 'full' : 'open',
  allowedActions: state.size === 10 ? [] : ['grow'],
  deadlines: {},
});

/** Its routes; `gate` holds back the making of boxes. */
export const boxRoutes =
  (log: Log, database: Sql, gate: () => Promise<void>): Routes =>
  async (app) => {
    app.post(
      '/boxes',
      {
        config: { access: ['partner'], command: 'create' },
        schema: { summary: 'Make a box', body: Size, response: { 201: CommandAnswer } },
      },
      async (request, reply) => {
        await gate();
        const { id, context } = request.command;
        const outcome = await submit(
          { kind: 'make', size: request.body.size },
          { log, aggregate: box, contract, id, context },
        );
        return answerCommand(reply, outcome, present(id), { location: `/v1/boxes/${id}` });
      },
    );
    app.post(
      '/boxes/:id/grow',
      {
        config: { access: ['partner'], command: 'change' },
        schema: { params: ById, body: Size, response: { 200: CommandAnswer } },
      },
      async (request, reply) => {
        const { id } = request.params;
        const { context, expected } = request.command;
        const outcome = await submit(
          { kind: 'grow', size: request.body.size },
          { log, aggregate: box, contract, id, context, expected },
        );
        return answerCommand(reply, outcome, present(id));
      },
    );
    app.get(
      '/boxes/:id',
      {
        config: { access: everybody },
        schema: { params: ById, response: { 200: BoxView } },
      },
      async (request, reply) => {
        const { id } = request.params;
        for await (const record of log.read(`box-${id}`, { backwards: true, max: 1 })) {
          revisionTag(reply, record.revision);
          return { id, ...(record.data as Box) };
        }
        throw new HttpProblem('not-found');
      },
    );
    app.get(
      '/boxes',
      {
        config: { access: everybody },
        schema: {
          querystring: z.strictObject({
            ...PageQuery,
            sizes: repeatable(z.enum(['small', 'large'])).optional(),
          }),
          response: { 200: pageOf(BoxView) },
        },
      },
      async (request, reply) => {
        const from = after(request, z.tuple([z.int()])) ?? [0];
        const { rows } = await database.query<{ id: string; size: number }>(
          'select id, size from box_row where size > $1 order by size limit $2',
          [from[0], request.query.limit + 1],
        );
        return page(request, reply, rows, (row) => [row.size]);
      },
    );
    app.get(
      '/weather',
      {
        config: { access: 'public' },
        schema: { response: { 200: z.object({ sky: z.string() }) } },
      },
      () => ({ sky: 'grey' }),
    );
  };
