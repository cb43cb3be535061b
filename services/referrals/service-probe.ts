/** The whole service on a database of its own, for tests that ask it over HTTP: commands, reads, reactions and timers. */
import { randomBytes, randomUUID } from 'node:crypto';
import { type Role, tokenSecondsMax } from '@relais/contracts/identity';
import { eventually } from '@relais/event-log/fixtures/eventually';
import type { Log } from '@relais/event-log/log';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import { runProjection } from '@relais/event-log/project';
import { schemaOf } from '@relais/event-log/projection';
import { followPositions } from '@relais/event-log/wait-for';
import type { App } from '@relais/http/app-options';
import { idempotencyMigrations } from '@relais/http/idempotency';
import { type TestIssuer, testIssuer } from '@relais/http/test-tokens';
import { type Database, openDatabase } from '@relais/postgres/database';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import { followMembers } from '@relais/service/members';
import { readMasterKeys } from '@relais/vault/master-key';
import { postgresKeyStore, vaultMigrations } from '@relais/vault/postgres-key-store';
import { openVault } from '@relais/vault/vault';
import { referralsApp } from './app.ts';
import { matchSchema, runMatching } from './duplicates/project.ts';
import { referralsProjection } from './project.ts';
import { runReactions } from './react.ts';

/** What is needed of tap's `t`. */
type Test = { teardown(cleanUp: () => Promise<void>): unknown };

export type Asked = {
  readonly status: number;
  /** Of the answer; empty where it has none. */
  readonly etag: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects.
  readonly body: any;
};

/** The software of an association, as the service knows it by its token. */
export type Software = {
  readonly association: string;
  readonly token: string;
  readonly get: (path: string) => Promise<Asked>;
  /** Any answer; `etag` becomes If-Match. */
  readonly send: (path: string, body: object, etag?: string) => Promise<Asked>;
  /** Throws unless it was done. */
  readonly post: (path: string, body: object, etag?: string) => Promise<Asked>;
};

export type ServiceProbe = {
  readonly app: App;
  readonly log: Log;
  readonly database: Database;
  readonly issuer: TestIssuer;
  readonly software: (role?: Role, association?: string, remit?: string[]) => Promise<Software>;
  /** Appends an event of another service. */
  readonly append: (stream: string, type: string, data: object) => Promise<void>;
  /** Waits until rows and match keys hold everything. */
  readonly settled: () => Promise<void>;
};

const waitMaxMs = 20_000;

export async function serviceProbe(t: Test): Promise<ServiceProbe> {
  const { url, database } = await freshDatabase(t, { max: 12 });
  for (const each of [eventLogMigrations, idempotencyMigrations, vaultMigrations]) {
    await migrate(database, each);
  }
  const consumer = schemaOf(referralsProjection);
  const rows = openDatabase({ url, max: 5, searchPath: [consumer, 'public'] });
  const masters = readMasterKeys(randomBytes(32).toString('base64url'));
  const vault = await openVault({ keyStore: postgresKeyStore(database, masters) });
  const log = openPostgresLog(database);
  const stopping = new AbortController();
  const { signal } = stopping;
  const positions = followPositions(database, signal);
  const issuer = await testIssuer();
  const now = () => new Date();
  const run = { database, log, signal, owner: 'test', report: () => undefined };
  const members = followMembers(log, signal);
  const running = [
    members.done,
    runProjection({ ...run, projection: referralsProjection }),
    runMatching({ ...run, vault }),
    runReactions({ ...run, rows, vault, positions, now }),
  ];
  const app = await referralsApp({
    ...{ log, rows, vault, now, members },
    ...{ issuer: issuer.issuer, keys: issuer.keys, rights: { standing: () => 'good' } },
    http: {
      database,
      readModel: {
        isReadable: () => true,
        waitFor: (position) => positions.waitFor(consumer, position, waitMaxMs),
      },
      readiness: async () => ({ projections: [], checks: {} }),
      cursorKey: randomBytes(32),
      // A bug shows itself; what is refused does not.
      logLevel: 'error',
      logTo: process.stderr,
      rateLimit: { requests: 1_000_000, windowSeconds: 60 },
    },
  });
  t.teardown(async () => {
    await app.close();
    stopping.abort();
    await Promise.all(running);
    await log.close();
    vault.close();
    await rows.close();
  });
  await eventually(async () => members.membershipOf('') !== 'unknown-yet');
  // A service would answer `not-ready` until its tables are there.
  const tables = () => rows.query('select from referral limit 0');
  await eventually(() =>
    tables().then(
      () => true,
      () => false,
    ),
  );
  return {
    ...{ app, log, database, issuer },
    async software(role = 'partner', association = randomUUID(), remit = []) {
      const claims = { exp: Math.floor(Date.now() / 1000) + tokenSecondsMax - 1 };
      const wanted = { service: 'referrals', role, association, remit, claims };
      const token = await issuer.token(wanted);
      if (role === 'partner') await makeKnown(log, association);
      return softwareOf(app, association, token);
    },
    append: (stream, type, data) => append(log, stream, type, data),
    async settled() {
      const head = await log.head();
      for (const each of [consumer, matchSchema]) {
        const reached = await positions.waitFor(each, head, waitMaxMs);
        if (!reached) throw new Error(`${each} did not get to ${head}`);
      }
    },
  };
}

function softwareOf(app: App, association: string, token: string): Software {
  const authorization = `Bearer ${token}`;
  const answered = (answer: Awaited<ReturnType<App['inject']>>): Asked => ({
    status: answer.statusCode,
    etag: String(answer.headers.etag ?? ''),
    body: answer.json(),
  });
  const send = async (path: string, body: object, etag?: string) =>
    answered(
      await app.inject({
        method: 'POST',
        url: `/v1${path}`,
        headers: {
          authorization,
          'idempotency-key': `"${randomUUID()}"`,
          ...(etag !== undefined && { 'if-match': etag }),
        },
        payload: body,
      }),
    );
  return {
    ...{ association, token, send },
    get: async (path) =>
      answered(await app.inject({ url: `/v1${path}`, headers: { authorization } })),
    async post(path, body, etag) {
      const answer = await send(path, body, etag);
      if (answer.status < 300) return answer;
      throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    },
  };
}

/** As a member that takes no open referrals, where nobody said otherwise: cases and referrals may go to it. */
async function makeKnown(log: Log, association: string): Promise<void> {
  const stream = `association-${association}`;
  for await (const _ of log.read(stream, { max: 1 })) return;
  await append(log, stream, 'association-registered.v1', {
    ...{ association, name: 'Association inventée', kind: 'association', themes: [] },
    ...{ communes: [], acceptsOpenReferrals: false, languages: ['fr'], carrier: false },
  });
}

/** Appends an event of another service to the end of its stream. */
export async function append(log: Log, stream: string, type: string, data: object): Promise<void> {
  let expected: bigint | 'none' = 'none';
  for await (const { revision } of log.read(stream, { backwards: true, max: 1 })) {
    expected = revision;
  }
  const id = randomUUID();
  const ids = { correlationId: id, causationId: id, commandId: id };
  const occurredAt = new Date().toISOString();
  const metadata = { actor: 'test', association: null, ...ids, occurredAt, schemaVersion: 1 };
  const { appended } = await log.append(stream, [{ id, type, data, metadata }], { expected });
  if (!appended) throw new Error(`${stream} is not at ${expected}`);
}
