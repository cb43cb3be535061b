/** The read side on a real database for tests: events go into the log, answers come out of the app. */
import { randomBytes, randomUUID } from 'node:crypto';
import type { CaseEvent } from '@relais/contracts/case-events';
import type { ConsentEvent } from '@relais/contracts/consents';
import type { HandoverEvent } from '@relais/contracts/handovers';
import type { Role } from '@relais/contracts/identity';
import { PersonId } from '@relais/contracts/ids';
import type { ReferralEvent } from '@relais/contracts/referral-events';
import type { Category, Sealed } from '@relais/contracts/sealed';
import type { Log } from '@relais/event-log/log';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import { runProjection } from '@relais/event-log/project';
import { schemaOf } from '@relais/event-log/projection';
import { followPositions, readiness } from '@relais/event-log/wait-for';
import { buildApp } from '@relais/http/app';
import type { App } from '@relais/http/app-options';
import type { Caller } from '@relais/http/caller';
import { idempotencyMigrations } from '@relais/http/idempotency';
import { type Database, openDatabase } from '@relais/postgres/database';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import { readMasterKeys } from '@relais/vault/master-key';
import { postgresKeyStore, vaultMigrations } from '@relais/vault/postgres-key-store';
import { openVault, type Vault } from '@relais/vault/vault';
import { matchSchema, runMatching } from '../duplicates/project.ts';
import { referralsProjection } from '../project.ts';
import { readRoutes } from '../read-routes.ts';

/** What is needed of tap's `t`. */
type Test = { teardown(cleanUp: () => Promise<void>): unknown };
type AnyEvent = CaseEvent | ConsentEvent | HandoverEvent | ReferralEvent;

export type Appending = {
  readonly association?: string | null;
  readonly correlationId?: string;
  readonly causationId?: string;
  readonly occurredAt?: string;
};
export type Reply = {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test says what it expects.
  readonly body: any;
  readonly text: string;
  readonly headers: Readonly<Record<string, unknown>>;
};

export type ReadProbe = {
  readonly app: App;
  readonly log: Log;
  readonly database: Database;
  readonly rows: Database;
  readonly vault: Vault;
  /** Appends one event to the end of its stream; gives the event's id. */
  readonly append: (
    stream: string,
    make: (seal: Seal) => Promise<AnyEvent | { type: string; data: unknown }>,
    metadata?: Appending,
  ) => Promise<string>;
  /** Waits until the rows hold everything, match keys too. */
  readonly settled: () => Promise<void>;
  readonly get: (path: string, as: Caller, headers?: Record<string, string>) => Promise<Reply>;
  readonly clock: { now: Date };
};
/** Seals a value for the event that is being made, at this path of its data. */
export type Seal = (
  person: string,
  category: Category,
  field: string,
  value: unknown,
) => Promise<Sealed>;

/** A caller as a verified token gives it. */
export const callerOf = (
  association: string,
  role: Role = 'partner',
  remit: readonly string[] = [],
): Caller => ({
  ...{ clientId: randomUUID(), subject: association, association, role, remit },
});

/** A log, its read model and the app of GET routes; `x-caller` says who asks. */
export async function readProbe(t: Test): Promise<ReadProbe> {
  const { url, database } = await freshDatabase(t, { max: 8 });
  const searchPath = [schemaOf(referralsProjection), 'public'];
  const rows = openDatabase({ url, max: 4, searchPath });
  for (const each of [eventLogMigrations, idempotencyMigrations, vaultMigrations]) {
    await migrate(database, each);
  }
  const masters = readMasterKeys(randomBytes(32).toString('base64url'));
  const vault = await openVault({ keyStore: postgresKeyStore(database, masters) });
  const log = openPostgresLog(database);
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = { database, signal, owner: 'test', report: () => undefined, log };
  const running = [
    runProjection({ ...run, projection: referralsProjection }),
    runMatching({ ...run, vault }),
  ];
  const positions = followPositions(database, signal);
  const clock = { now: new Date() };
  const waitFor = (position: bigint) =>
    positions.waitFor(schemaOf(referralsProjection), position, 5_000);
  const app = await buildApp({
    ...{ service: 'referrals', title: 'Referrals', description: 'Read side' },
    routes: readRoutes({ log, sql: rows, vault, now: () => clock.now }),
    problems: {},
    authenticate: (header) => JSON.parse(header ?? '') as Caller,
    database,
    readModel: { isReadable: () => true, waitFor },
    readiness: async () => ({ projections: [], checks: {} }),
    cursorKey: randomBytes(32),
    now: () => clock.now,
    logLevel: 'silent',
  });
  t.teardown(async () => {
    await app.close();
    stopping.abort();
    await Promise.all(running);
    await log.close();
    vault.close();
    await rows.close();
  });
  return {
    ...{ app, log, database, rows, vault, clock },
    append: appendTo(log, vault),
    async settled() {
      const head = await log.head();
      for (const consumer of [schemaOf(referralsProjection), matchSchema]) {
        const reached = await positions.waitFor(consumer, head, 10_000);
        if (reached) continue;
        const { reason } = await readiness(database, log, consumer);
        throw new Error(`${consumer} did not get to ${head}: ${reason}`);
      }
    },
    async get(path, as, headers = {}) {
      const authorization = JSON.stringify(as);
      const answer = await app.inject({
        url: `/v1${path}`,
        headers: { ...headers, authorization },
      });
      const { statusCode: status, payload: text } = answer;
      return { status, text, body: JSON.parse(text), headers: answer.headers };
    },
  };
}

function appendTo(log: Log, vault: Vault): ReadProbe['append'] {
  return async (stream, make, metadata = {}) => {
    const id = randomUUID();
    const draft = await make(async () => ({}) as Sealed);
    const seal: Seal = (person, category, field, value) =>
      vault.seal(PersonId.parse(person), category, JSON.stringify(value), {
        ...{ stream, eventId: id, type: draft.type, field },
      });
    const event = await make(seal);
    let expected: bigint | 'none' = 'none';
    for await (const record of log.read(stream, { backwards: true, max: 1 })) {
      expected = record.revision;
    }
    const appended = await log.append(
      stream,
      [
        {
          ...{ id, type: event.type, data: event.data },
          metadata: {
            actor: 'test',
            association: metadata.association ?? null,
            correlationId: metadata.correlationId ?? randomUUID(),
            causationId: metadata.causationId ?? randomUUID(),
            commandId: randomUUID(),
            occurredAt: metadata.occurredAt ?? new Date().toISOString(),
            schemaVersion: 1,
          },
        },
      ],
      { expected },
    );
    if (!appended.appended) throw new Error(`${stream} is not at ${expected}`);
    return id;
  };
}
