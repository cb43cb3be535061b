import { randomUUID } from 'node:crypto';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import { runProjection } from '@relais/event-log/project';
import { schemaOf } from '@relais/event-log/projection';
import { runReaction } from '@relais/event-log/react';
import { followPositions } from '@relais/event-log/wait-for';
import { authorisationMatrix } from '@relais/http/authorisation-matrix';
import { fuzzRoutes } from '@relais/http/fuzz';
import { fuzzConnections } from '@relais/http/fuzz-connections';
import { idempotencyMigrations } from '@relais/http/idempotency';
import { testIssuer } from '@relais/http/test-tokens';
import { openDatabase } from '@relais/postgres/database';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import t from 'tap';
import { resourcesApp } from './app.ts';
import { resourcesProjection } from './project.ts';
import { answerWithPlaces, placesReaction, placesReactionPrefixes } from './react.ts';

const consumer = schemaOf(resourcesProjection);
const { url, database } = await freshDatabase(t, { max: 12 });
await migrate(database, eventLogMigrations);
await migrate(database, idempotencyMigrations);
const rows = openDatabase({ url, max: 4, searchPath: [consumer, 'public'] });
const log = openPostgresLog(database);
const stop = new AbortController();
const { signal } = stop;
const run = { database, log, signal, owner: 'test', report: () => undefined };
const background = [
  runProjection({ ...run, projection: resourcesProjection }),
  runReaction({
    ...run,
    name: placesReaction,
    prefixes: placesReactionPrefixes,
    on: answerWithPlaces(log),
  }),
];
const positions = followPositions(database, signal);
const issuer = await testIssuer();
const app = await resourcesApp({
  log,
  rows,
  issuer: issuer.issuer,
  keys: issuer.keys,
  rights: { standing: () => 'good', hasCaughtUp: () => true, done: Promise.resolve() },
  http: {
    database,
    readModel: {
      isReadable: () => true,
      waitFor: (position) => positions.waitFor(consumer, position, 10_000),
    },
    readiness: async () => ({ projections: [], checks: {} }),
    cursorKey: new Uint8Array(32).fill(7),
    now: () => new Date(),
    logLevel: 'silent',
    rateLimit: { requests: 1_000_000, windowSeconds: 60 },
  },
});
t.teardown(async () => {
  await app.close();
  stop.abort();
  await Promise.all(background);
  await log.close();
  await rows.close();
});

const association = randomUUID();
type Role = Parameters<typeof issuer.token>[0]['role'];
const tokenOf = (role: Role, of = association, remit: string[] = []) =>
  issuer.token({ service: 'resources', role, association: of, remit });
const owner = await tokenOf('partner');

const terms = {
  kind: 'place',
  title: 'CPH',
  themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
  places: 3,
};

/** A counted offer whose pool can be read, in this state. */
async function offer(state: 'open' | 'suspended' = 'open'): Promise<{ id: string; tag: string }> {
  const headers = () => ({
    authorization: `Bearer ${owner}`,
    'idempotency-key': `"${randomUUID()}"`,
  });
  const made = await app.inject({
    method: 'POST',
    url: '/v1/offers',
    headers: headers(),
    payload: terms,
  });
  const { id } = made.json<{ id: string }>();
  const places = async () =>
    (await app.inject({ url: `/v1/offers/${id}/places`, headers: headers() })).statusCode;
  const deadline = performance.now() + 20_000;
  while ((await places()) !== 200) {
    if (performance.now() > deadline) throw new Error('the pool was not opened');
  }
  if (state === 'open') return { id, tag: '"0"' };
  await app.inject({
    method: 'POST',
    url: `/v1/offers/${id}/suspend`,
    headers: { ...headers(), 'if-match': '"0"' },
    payload: {},
  });
  return { id, tag: '"1"' };
}

const { id } = await offer();
fuzzConnections(t, { app, command: '/v1/offers', token: owner });
fuzzRoutes(t, {
  app,
  token: (role) => tokenOf(role),
  samples: { id: [id], association: [association] },
});

const everybody = { owner: 'allowed', coordinator: 'allowed', stranger: 'allowed' } as const;
const managers = { owner: 'allowed', coordinator: 'allowed', stranger: 'forbidden' } as const;
authorisationMatrix(t, {
  app,
  token: (role) => tokenOf(role),
  relations: {
    owner,
    coordinator: await tokenOf('coordinator', randomUUID(), [association]),
    stranger: await tokenOf('partner', randomUUID()),
  },
  table: {
    'GET /v1/offers': everybody,
    'POST /v1/offers': everybody,
    'GET /v1/offers/{id}': everybody,
    'POST /v1/offers/{id}/suspend': managers,
    'POST /v1/offers/{id}/resume': managers,
    'POST /v1/offers/{id}/withdraw': managers,
    'GET /v1/offers/{id}/places': everybody,
    'POST /v1/offers/{id}/places/resize': managers,
  },
  async request(operation) {
    const isResume = operation.endsWith('/resume');
    const made = await offer(isResume ? 'suspended' : 'open');
    const address = operation.replace(/^\w+ /, '').replace('{id}', made.id);
    if (operation === 'POST /v1/offers') return { url: address, body: terms };
    if (operation.startsWith('GET')) return { url: address };
    const body = operation.endsWith('/resize') ? { capacity: 5 } : {};
    return { url: address, ifMatch: made.tag, body };
  },
});
