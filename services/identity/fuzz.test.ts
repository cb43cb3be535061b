import { randomBytes, randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import { runProjection } from '@relais/event-log/project';
import { schemaOf } from '@relais/event-log/projection';
import { followPositions } from '@relais/event-log/wait-for';
import { type Access, authorisationMatrix } from '@relais/http/authorisation-matrix';
import { fuzzRoutes } from '@relais/http/fuzz';
import { fuzzConnections } from '@relais/http/fuzz-connections';
import { idempotencyMigrations } from '@relais/http/idempotency';
import { followRights } from '@relais/http/rights';
import { servedIssuer } from '@relais/http/test-tokens';
import { openDatabase } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import t from 'tap';
import { identityApp } from './app.ts';
import { issuerStore, probeClient, probeKey, profile } from './issuer/issuer-probe.ts';
import { identityProjection } from './project.ts';

const consumer = schemaOf(identityProjection);
const store = await issuerStore(t);
const { database, log, url } = store;
await migrate(database, idempotencyMigrations);
const rows = openDatabase({ url, max: 4, searchPath: [consumer, 'public'] });
const stop = new AbortController();
const { signal } = stop;
const run = { database, log, signal, owner: 'test', report: () => undefined };
const projecting = runProjection({ ...run, projection: identityProjection });
const positions = followPositions(database, signal);
const rights = followRights(log, signal);
const issuer = await servedIssuer(t);
const now = () => new Date();
const app = await identityApp({
  ...{ ...store, rows, rights, signal, now, issuer: issuer.issuer, isEmbedded: false },
  http: {
    database,
    readModel: {
      isReadable: () => true,
      waitFor: (position) => positions.waitFor(consumer, position, 10_000),
    },
    readiness: async () => ({ projections: [], checks: {} }),
    cursorKey: randomBytes(32),
    ...{ now, logLevel: 'error', rateLimit: { requests: 1_000_000, windowSeconds: 60 } },
  },
});
t.teardown(async () => {
  await app.close();
  stop.abort();
  await Promise.all([projecting, rights.done]);
  await rows.close();
});

const carrier = await probeClient(log, { role: 'administrator', remit: [] });
const member = await probeClient(log);
const others = await Promise.all([probeClient(log), probeClient(log)]);
const usable = (await probeKey()).publicKey;
type Role = Parameters<typeof issuer.token>[0]['role'];
const tokenOf = (role: Role, association: string = member.association) =>
  issuer.token({ service: 'identity', role, association, clientId: randomUUID() });
const administrator = () => tokenOf('administrator', carrier.association);
await eventually(async () => rights.hasCaughtUp());
if (!(await positions.waitFor(consumer, await log.head(), 20_000))) throw new Error('no rows');
const refusedTokens = await Promise.all(
  ['referrals', 'resources'].map((service) =>
    issuer.token({ service, role: 'administrator', association: carrier.association }),
  ),
);

const token = await administrator();
fuzzConnections(t, { app, command: '/v1/associations', token });
fuzzRoutes(t, {
  ...{ app, refusedTokens },
  token: (role) => (role === 'administrator' ? administrator() : tokenOf(role)),
  samples: {
    'associations.id': others.map(({ association }) => association),
    'clients.id': others.map(({ clientId }) => clientId),
    association: [member.association],
    keys: [[usable]],
  },
});

type Row = { readonly [relation in 'carrier' | 'other' | 'member' | 'auditor']: Access };
const everybody: Row = { carrier: 'done', other: 'done', member: 'done', auditor: 'done' };
const refused = 'forbidden';
const carriers: Row = { carrier: 'done', other: refused, member: refused, auditor: refused };
const bodies: { readonly [operation: string]: () => object } = {
  'POST /v1/associations': () => profile,
  'POST /v1/associations/{id}/change': () => ({ ...profile, name: 'Autrement nommée' }),
  'POST /v1/clients': () => ({
    ...{ association: member.association, role: 'partner', label: 'Logiciel', keys: [usable] },
  }),
  'POST /v1/clients/{id}/rights': () => ({ role: 'auditor' }),
  'POST /v1/clients/{id}/disable': () => ({ reason: 'other' }),
  'POST /v1/clients/{id}/keys': () => ({ keys: [usable] }),
};
authorisationMatrix(t, {
  ...{ app, refusedTokens },
  token: (role) => tokenOf(role),
  relations: {
    carrier: await administrator(),
    other: await tokenOf('administrator'),
    member: await tokenOf('partner'),
    auditor: await tokenOf('auditor'),
  },
  table: {
    'GET /v1/associations': everybody,
    'GET /v1/associations/{id}': everybody,
    'POST /v1/associations': carriers,
    'POST /v1/associations/{id}/change': carriers,
    'POST /v1/associations/{id}/leave': carriers,
    'GET /v1/clients': carriers,
    'GET /v1/clients/{id}': carriers,
    'POST /v1/clients': carriers,
    'POST /v1/clients/{id}/rights': carriers,
    'POST /v1/clients/{id}/disable': carriers,
    'POST /v1/clients/{id}/enable': { ...carriers, carrier: 'allowed' },
    'POST /v1/clients/{id}/keys': carriers,
  },
  async request(operation) {
    const client = await probeClient(log);
    const path = operation.replace(/^\w+ /, '');
    const id = path.startsWith('/v1/clients') ? client.clientId : client.association;
    const body = bodies[operation]?.() ?? {};
    const isRead = operation.startsWith('GET');
    if (isRead) await positions.waitFor(consumer, await log.head(), 10_000);
    return {
      url: path.replace('{id}', id),
      ...(!isRead && { body }),
      ...(path.includes('{id}') && !isRead && { ifMatch: '"0"' }),
    };
  },
});
