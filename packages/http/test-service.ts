import { randomBytes, randomUUID } from 'node:crypto';
import type { Role } from '@relais/contracts/identity';
import type { Log } from '@relais/event-log/log';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import type { Database } from '@relais/postgres/database';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import { buildApp } from './app.ts';
import type { App, AppOptions } from './app-options.ts';
import { idempotencyMigrations } from './idempotency.ts';
import { followRights, type Rights } from './rights.ts';
import { boxProblems, boxRoutes } from './test-boxes.ts';
import { type TestIssuer, testIssuer } from './test-tokens.ts';
import { tokenAuthentication } from './token.ts';

/** What is needed of tap's `t`. */
type Test = { teardown(cleanUp: () => Promise<void>): unknown };

export type TestService = {
  readonly app: App;
  readonly database: Database;
  readonly log: Log;
  readonly rights: Rights;
  readonly issuer: TestIssuer;
  readonly token: (role: Role, association?: string) => Promise<string>;
  /** Another process, as it were, on the same database. */
  readonly twin: () => Promise<App>;
};

/** Starts it on a fresh database. `gate` holds back the making of boxes. */
export async function testService(
  t: Test,
  options: Partial<AppOptions> = {},
  gate: () => Promise<void> = async () => undefined,
): Promise<TestService> {
  const { database } = await freshDatabase(t, { max: 20 });
  await migrate(database, eventLogMigrations);
  await migrate(database, idempotencyMigrations);
  await database.query('create table box_row (id uuid, size integer)');
  const log = openPostgresLog(database);
  const stop = new AbortController();
  const rights = followRights(log, stop.signal);
  const issuer = await testIssuer();
  const now = () => new Date();
  const cursorKey = randomBytes(32);
  const build = () =>
    buildApp({
      service: 'boxes',
      title: 'Boxes',
      description: 'Boxes that grow.',
      routes: boxRoutes(log, database, gate),
      problems: boxProblems,
      authenticate: tokenAuthentication({
        issuer: issuer.issuer,
        audience: 'urn:relais:boxes',
        keys: issuer.keys,
        rights,
        now,
      }),
      database,
      readModel: { isReadable: () => true, waitFor: async () => true },
      readiness: async () => ({ projections: [], checks: { rights: rights.hasCaughtUp() } }),
      cursorKey,
      now,
      logLevel: 'silent',
      ...options,
    });
  const app = await build();
  const apps = [app];
  t.teardown(async () => {
    for (const app of apps) await app.close();
    stop.abort();
    await rights.done;
    await log.close();
  });
  // A deadline, so that a log that never catches up fails the test instead of hanging it.
  const deadline = Date.now() + 10_000;
  while (!rights.hasCaughtUp() && Date.now() < deadline) await new Promise(setImmediate);
  const association = randomUUID();
  return {
    app,
    database,
    log,
    rights,
    issuer,
    token: (role, of = association) => issuer.token({ service: 'boxes', role, association: of }),
    async twin() {
      const twin = await build();
      apps.push(twin);
      return twin;
    },
  };
}
