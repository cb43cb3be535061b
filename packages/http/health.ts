import { z } from 'zod';
import type { App, Readiness } from './app-options.ts';

const Health = z.object({
  status: z.enum(['ready', 'degraded', 'not-ready']).meta({
    description:
      'Degraded: requests are answered, but a consumer beside the projections has stopped.',
  }),
  projections: z.array(
    z.object({
      name: z.string(),
      caughtUp: z.boolean(),
      position: z.string().meta({ description: 'Last position of the log that the rows show.' }),
      head: z.string().meta({ description: 'Last position of the log.' }),
      behind: z.string().meta({ description: 'Difference of the two.' }),
    }),
  ),
  consumers: z
    .array(
      z.object({
        name: z.string(),
        state: z.enum(['running', 'stopped']),
        behind: z.string().meta({ description: 'Difference of its position and the last one.' }),
      }),
    )
    .meta({ description: 'Reactions, timers and what else reads the log for this service.' }),
  checks: z.record(z.string(), z.boolean()),
});

/**
 * `/health/live`: the process runs. `/health/ready`: it may get requests, or 503 and which projection is behind; a
 * stopped reaction makes it `degraded`, because no other process would answer better.
 */
export function healthRoutes(app: App, readiness: () => Promise<Readiness>): void {
  const lookUp = oneAtATime(readiness);
  app.get(
    '/health/live',
    {
      schema: {
        operationId: 'get-health-live',
        summary: 'Is the process alive?',
        tags: ['health'],
        security: [],
        querystring: z.strictObject({}),
        response: { 200: z.object({ status: z.literal('live') }) },
      },
    },
    () => ({ status: 'live' as const }),
  );
  app.get(
    '/health/ready',
    {
      schema: {
        operationId: 'get-health-ready',
        summary: 'May it get requests? Which projection is behind, and by how much?',
        tags: ['health'],
        security: [],
        querystring: z.strictObject({}),
        response: { 200: Health, 503: Health },
      },
    },
    async (_request, reply) => {
      const { projections, consumers = [], checks } = await lookUp();
      const ready =
        projections.every(({ caughtUp }) => caughtUp) && Object.values(checks).every(Boolean);
      const status = consumers.some(({ stopped }) => stopped) ? 'degraded' : 'ready';
      if (!ready) reply.header('retry-after', '5');
      return reply.code(ready ? 200 : 503).send({
        status: ready ? status : 'not-ready',
        projections: projections.map(({ name, caughtUp, position, head }) => ({
          name,
          caughtUp,
          position: position.toString(),
          head: head.toString(),
          behind: difference(head, position),
        })),
        consumers: consumers.map(({ name, stopped, head, position }) => ({
          name,
          state: stopped ? 'stopped' : 'running',
          behind: difference(head, position),
        })),
        checks: { ...checks },
      });
    },
  );
}

/** Whoever asks meanwhile shares the answer: health checks are not limited, and a flood of them must cost little. */
function oneAtATime<Answer>(lookUp: () => Promise<Answer>): () => Promise<Answer> {
  let underWay: Promise<Answer> | undefined;
  return () => {
    underWay ??= lookUp().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
}

const difference = (head: bigint, position: bigint): string =>
  (head > position ? head - position : 0n).toString();
