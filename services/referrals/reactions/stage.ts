/** Where the tests of the reactions play: a log, a vault and a read model in a database of their own. */
import { randomUUID } from 'node:crypto';
import type { ConsumerEvent } from '@relais/event-log/consumer';
import type { Recorded } from '@relais/event-log/log';
import { deadlineMs, mustAppend, readAll } from '@relais/event-log/log-probe';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import { runProjection } from '@relais/event-log/project';
import { followPositions } from '@relais/event-log/wait-for';
import { openDatabase } from '@relais/postgres/database';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import { type MasterKeys, readMasterKeys } from '@relais/vault/master-key';
import { postgresKeyStore, vaultMigrations } from '@relais/vault/postgres-key-store';
import { openVault } from '@relais/vault/vault';
import { randomSecret } from '@relais/vault/vault-fixture';
import { now } from '../fixture.ts';
import { referralsProjection } from '../project.ts';
import { type ReactionsRun, runReactions } from '../react.ts';
import { type Reacting, rowsConsumer } from './system-command.ts';

const reactions = ['referrals-forgetting', 'referrals-consequences', 'referrals-related'] as const;

type Test = { teardown(cleanUp: () => Promise<void>): unknown };
/** `by`: the actor, where it is not a client. */
type AnyEvent = {
  readonly id?: string;
  readonly type: string;
  readonly data: unknown;
  readonly by?: string;
};
export type Running = { readonly stop: () => Promise<void> };
type Base = Omit<ReactionsRun, 'signal' | 'owner' | 'report'>;

export type Stage = Base & {
  readonly url: string;
  /** Of the vault, as the configuration gives it. */
  readonly secret: string;
  /** The clock of the reactions. */
  readonly clock: { now: Date };
  /** Adds an event to a stream, as if somebody's command had led to it. */
  readonly write: (stream: string, ...events: readonly AnyEvent[]) => Promise<Recorded>;
  readonly read: (stream: string) => Promise<Recorded[]>;
  readonly typesOf: (stream: string) => Promise<string[]>;
  /** One more process that keeps the read model … */
  readonly project: () => Running;
  /** … or reacts. */
  readonly react: () => Running;
  /** Resolves once everything up to the end of the log was reacted to, and nothing came of it any more. */
  readonly settled: (...consumers: readonly string[]) => Promise<void>;
};

/** Reactions and read model have to be started; whatever was started is stopped at the end. */
export async function openStage(t: Test): Promise<Stage> {
  const { url, database } = await freshDatabase(t, { max: 20 });
  await migrate(database, eventLogMigrations);
  await migrate(database, vaultMigrations);
  const secret = randomSecret();
  const closing = new AbortController();
  const clock = { now: new Date(now) };
  const { log, rows, vault, close } = await openParts(url, database, readMasterKeys(secret));
  const positions = followPositions(database, closing.signal);
  const base: Base = { log, database, rows, vault, positions, now: () => clock.now };
  const running = new Set<Running>();
  t.teardown(async () => {
    await Promise.all([...running].map(({ stop }) => stop()));
    closing.abort();
    await close();
  });

  const start = (work: (signal: AbortSignal) => Promise<void>): Running => {
    const stopping = new AbortController();
    const done = work(stopping.signal);
    const one = {
      async stop() {
        stopping.abort();
        await done;
        running.delete(one);
      },
    };
    running.add(one);
    return one;
  };
  const read = (stream: string) => readAll(log, stream);
  const stopped: string[] = [];
  const report = (event: ConsumerEvent) => {
    if ('reason' in event) stopped.push(`${event.consumer} ${event.event}: ${event.reason}`);
  };
  const run = { owner: 'test', report };

  return {
    ...base,
    ...{ url, secret, clock, read },
    write: (stream, ...events) => write(base, stream, events),
    typesOf: async (stream) => (await read(stream)).map(({ type }) => type),
    project: () =>
      start((signal) =>
        runProjection({ log, database, projection: referralsProjection, signal, ...run }),
      ),
    react: () => start((signal) => runReactions({ ...base, ...run, signal })),
    settled: (...consumers) =>
      settled(base, consumers.length > 0 ? consumers : [rowsConsumer, ...reactions]).catch(
        (error: unknown) => {
          throw new Error([String(error), ...stopped].join('; '));
        },
      ),
  };
}

/** What each process has of its own. */
export async function openParts(url: string, database: Stage['database'], masters: MasterKeys) {
  const log = openPostgresLog(database);
  const rows = openDatabase({ url, max: 5, searchPath: [rowsConsumer, 'public'] });
  const vault = await openVault({ keyStore: postgresKeyStore(database, masters) });
  return {
    ...{ log, rows, vault },
    async close() {
      vault.close();
      await log.close();
      await rows.close();
    },
  };
}

async function write(
  { log, now: clock }: Base,
  stream: string,
  events: readonly AnyEvent[],
): Promise<Recorded> {
  let expected: bigint | 'none' = 'none';
  for await (const { revision } of log.read(stream, { backwards: true, max: 1 })) {
    expected = revision;
  }
  const commandId = randomUUID();
  const metadata = {
    association: null,
    correlationId: commandId,
    causationId: commandId,
    commandId,
    occurredAt: clock().toISOString(),
    schemaVersion: 1,
  };
  const added = events.map(({ id = randomUUID(), type, data, by = 'client-test' }) => ({
    ...{ id, type, data },
    metadata: { actor: by, ...metadata },
  }));
  await mustAppend(log, stream, added, expected);
  for await (const record of log.read(stream, { backwards: true, max: 1 })) return record;
  throw new Error(`${stream} is empty`);
}

async function settled(
  { log, positions }: Pick<Reacting, 'log' | 'positions'>,
  consumers: readonly string[],
): Promise<void> {
  for (let head = await log.head(); ; ) {
    for (const consumer of consumers) {
      if (await positions.waitFor(consumer, head, deadlineMs)) continue;
      throw new Error(`${consumer} has not reached ${head} after ${deadlineMs} ms`);
    }
    const after = await log.head();
    if (after === head) return;
    head = after;
  }
}
