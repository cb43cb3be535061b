/** The service in one process, for the matrix and the fuzzer, which ask it without a network. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { AssociationKind } from '@relais/contracts/associations';
import type { Role } from '@relais/contracts/identity';
import type { Log } from '@relais/event-log/log';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import { runProjection } from '@relais/event-log/project';
import { schemaOf } from '@relais/event-log/projection';
import { followPositions } from '@relais/event-log/wait-for';
import type { App } from '@relais/http/app-options';
import type { Access } from '@relais/http/authorisation-matrix';
import { idempotencyMigrations } from '@relais/http/idempotency';
import { testIssuer } from '@relais/http/test-tokens';
import { type Database, openDatabase, type Sql } from '@relais/postgres/database';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import { followMembers } from '@relais/service/members';
import { onceLive } from '@relais/service/once-live';
import { readMasterKeys } from '@relais/vault/master-key';
import { postgresKeyStore, vaultMigrations } from '@relais/vault/postgres-key-store';
import { openVault } from '@relais/vault/vault';
import t from 'tap';
import { resourcesApp } from './app.ts';
import { backgroundWork } from './background.ts';
import { exchangeMigrations } from './exchange/imports/spool.ts';
import { openPoolDesk } from './places/pool-desk.ts';
import { resourcesProjection } from './project.ts';

/** Whose software asks: the association that everything belongs to, its coordinator, or somebody else. */
export type Relation = 'owner' | 'coordinator' | 'stranger';

/** The routes of one area: who may use which, and with what. */
export type AreaAccess = {
  readonly table: {
    readonly [operation: string]: { readonly [relation in Relation]: Access };
  };
  /** A good request to an operation of the table; made anew for each relation. */
  readonly request: (
    operation: string,
    relation: Relation,
  ) => Promise<{ readonly url: string; readonly body?: object; readonly ifMatch?: string }>;
  /** Known good values by parameter or property name, for the fuzzer. */
  readonly samples: { readonly [name: string]: readonly unknown[] };
};

export type Answered = {
  readonly status: number;
  readonly etag: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects.
  readonly body: any;
};

export type AccessProbe = {
  readonly app: App;
  readonly association: string;
  readonly tokenOf: (role: Role, of?: string, remit?: string[]) => Promise<string>;
  readonly tokens: { readonly [relation in Relation]: string };
  /** Everything that the service has logged. */
  readonly logged: () => string;
  readonly log: Log;
  readonly database: Database;
  /** The rows of the read model, as routes read them. */
  readonly rows: Sql;
  /** Whether the rows are built, or being built: false is what a new version begins with. */
  readonly setLive: (isLive: boolean) => void;
  /** What the timers take for now, from here on. */
  readonly setClock: (now: Date) => void;
  /** A path below `/v1`; with a body it is a POST. `etag` becomes If-Match. */
  readonly ask: (path: string, body?: object, etag?: string, token?: string) => Promise<Answered>;
  /** Tells the log of an association, as the identity service does. */
  readonly register: (association: string, kind?: AssociationKind) => Promise<void>;
  /** Tells the log that it has left. */
  readonly leave: (association: string) => Promise<void>;
  /** Resolves once the rows hold everything, or once a reaction has answered it. */
  readonly settled: (reaction?: string) => Promise<void>;
};

const waitMaxMs = 20_000;
const migrations = [eventLogMigrations, idempotencyMigrations, vaultMigrations, exchangeMigrations];

/** As long as a token may be valid: a busy machine takes its time for all routes. */
const lasting = () => ({ exp: Math.floor(Date.now() / 1000) + 290 });

/** Runs until the test file has ended. `prepare` is what telemetry does to an app. */
export async function accessProbe(
  prepare: (app: App) => Promise<void> = async () => undefined,
): Promise<AccessProbe> {
  const consumer = schemaOf(resourcesProjection);
  const { url, database } = await freshDatabase(t, { max: 12 });
  for (const each of migrations) await migrate(database, each);
  const rows = openDatabase({ url, max: 4, searchPath: [consumer, 'public'] });
  const log = openPostgresLog(database);
  const masters = readMasterKeys(randomBytes(32).toString('base64url'));
  const vault = await openVault({ keyStore: postgresKeyStore(database, masters) });
  const stop = new AbortController();
  const { signal } = stop;
  const run = { database, log, signal, owner: 'test', report: () => undefined };
  const members = followMembers(log, signal);
  const desk = { log, rows, vault, pools: openPoolDesk(log), now: () => new Date() };
  const clock: { now?: Date } = {};
  let isLive = true;
  const lines: string[] = [];
  const running = [
    members.done,
    runProjection({ ...run, projection: resourcesProjection }),
    ...backgroundWork({ ...desk, now: () => clock.now ?? new Date() }, run),
  ];
  const positions = followPositions(database, signal);
  const issuer = await testIssuer();
  const app = await resourcesApp({
    ...{ ...desk, members, issuer: issuer.issuer, keys: issuer.keys },
    rows: onceLive(rows, () => isLive),
    rights: { standing: () => 'good', hasCaughtUp: () => true, done: Promise.resolve() },
    http: {
      database,
      prepare,
      readModel: {
        isReadable: () => isLive,
        waitFor: (position) => positions.waitFor(consumer, position, waitMaxMs),
      },
      readiness: async () => ({ projections: [], checks: {} }),
      cursorKey: randomBytes(32),
      logTo: { write: (line: string) => lines.push(line) },
      logLevel: 'debug',
      rateLimit: { requests: 1_000_000, windowSeconds: 60 },
    },
  });
  t.teardown(async () => {
    await app.close();
    stop.abort();
    await Promise.all(running);
    await log.close();
    vault.close();
    await rows.close();
  });
  const association = randomUUID();
  const tokenOf: AccessProbe['tokenOf'] = (role, of = association, remit = []) =>
    issuer.token({ service: 'resources', role, association: of, remit, claims: lasting() });
  const owner = await tokenOf('partner');
  const tokens = {
    owner,
    coordinator: await tokenOf('coordinator', randomUUID(), [association]),
    stranger: await tokenOf('partner', randomUUID()),
  };
  return {
    ...{ app, association, tokenOf, tokens, log, database, rows, ask: asking(app, owner) },
    logged: () => lines.join(''),
    setLive(now) {
      isLive = now;
    },
    setClock(now) {
      clock.now = now;
    },
    register: (one, kind = 'association') =>
      tell(log, one, 'none', 'association-registered.v1', {
        ...{ name: 'Association inventée', kind, themes: [], communes: [] },
        ...{ acceptsOpenReferrals: false, languages: ['fr'], carrier: false },
      }),
    leave: (one) => tell(log, one, 0n, 'association-left.v1', {}),
    async settled(by = consumer) {
      const position = await log.head();
      const timeout = AbortSignal.timeout(waitMaxMs);
      while (!(await positions.waitFor(by, position, 1_000))) timeout.throwIfAborted();
    },
  };
}

async function tell(
  log: Log,
  association: string,
  expected: bigint | 'none',
  type: string,
  said: object,
): Promise<void> {
  const id = randomUUID();
  const ids = { correlationId: id, causationId: id, commandId: id };
  const metadata = {
    ...{ actor: 'test', association, ...ids, schemaVersion: 1 },
    occurredAt: new Date().toISOString(),
  };
  const event = { id, type, data: { association, ...said }, metadata };
  await log.append(`association-${association}`, [event], { expected });
}

const asking =
  (app: App, owner: string): AccessProbe['ask'] =>
  async (path, body, etag, token = owner) => {
    const answer = await app.inject({
      method: body === undefined ? 'GET' : 'POST',
      url: `/v1${path}`,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'idempotency-key': `"${randomUUID()}"` }),
        ...(etag !== undefined && { 'if-match': etag }),
      },
      ...(body !== undefined && { payload: body }),
    });
    const { statusCode: status, headers } = answer;
    return { status, etag: `${headers.etag ?? ''}`, body: answer.json() };
  };
