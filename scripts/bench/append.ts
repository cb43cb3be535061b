import { randomUUID } from 'node:crypto';
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import type { NewEvent } from '@relais/event-log/log';
import { probeEvent, probeStream } from '@relais/event-log/log-probe';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import { openDatabase } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { benchDatabase, type Rate, type Report, rateOf, shown, typical } from './measure.ts';

/** An event of about 450 bytes, data and metadata together. */
export const benchEvent = (): NewEvent => probeEvent({ text: 'x'.repeat(160), n: 1 });

type Contender = {
  readonly name: string;
  readonly append: () => Promise<unknown>;
  readonly close: () => Promise<void>;
};

export type AppendBench = {
  /** A PostgreSQL server with fsync on; each contender gets a database of its own there. */
  readonly url: string;
  readonly report: Report;
  readonly callers?: readonly number[];
  readonly roundMs?: number;
  readonly rounds?: number;
};

/** Single-event durable appends: this log, Emmett's PostgreSQL store, one plain insert per transaction; in turns. */
export async function benchAppend(bench: AppendBench): Promise<void> {
  await using ours = await benchDatabase(bench.url);
  await using theirs = await benchDatabase(bench.url);
  await using plain = await benchDatabase(bench.url);
  const contenders = [await relais(ours.url), await emmett(theirs.url), await naive(plain.url)];
  for (const contender of contenders) await rateOf(16, 500, contender.append);
  for (const callers of bench.callers ?? [1, 16, 64, 256])
    await compare(bench, contenders, callers);
  for (const contender of contenders) await contender.close();
}

async function compare(
  { report, roundMs = 2_000, rounds = 3 }: AppendBench,
  contenders: readonly Contender[],
  callers: number,
): Promise<void> {
  const rates = contenders.map((): Rate[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [n, { append }] of contenders.entries()) {
      rates[n]?.push(await rateOf(callers, roundMs, append));
    }
  }
  const [ours = [], ...others] = rates;
  const rate = typical(ours);
  for (const [n, other] of others.entries()) {
    const theirs = typical(other);
    const ratio = rate.perSecond / theirs.perSecond;
    const isMet = ratio >= 4 && rate.perSecond >= 10_000;
    report({
      what: `durable appends, ${callers} callers`,
      ours: shown(rate),
      comparison: `${contenders[n + 1]?.name}: ${shown(theirs)}`,
      ratio,
      ...(callers === 64 && n === 0 && { target: { text: '≥ 4 × and 10,000/s', isMet } }),
    });
  }
}

async function relais(url: string): Promise<Contender> {
  const database = openDatabase({ url, max: 4 });
  await migrate(database, eventLogMigrations);
  const log = openPostgresLog(database);
  return {
    name: 'this log',
    append: () => log.append(probeStream(), [benchEvent()], { expected: 'none' }),
    close: () => log.close().then(() => database.close()),
  };
}

async function emmett(url: string): Promise<Contender> {
  const store = getPostgreSQLEventStore(url);
  await store.schema.migrate();
  return {
    name: "Emmett's PostgreSQL store",
    append() {
      const { type, data, metadata } = benchEvent();
      const event = { type, data, metadata } as { type: string; data: Record<string, unknown> };
      return store.appendToStream(probeStream(), [event], {
        expectedStreamVersion: 'STREAM_DOES_NOT_EXIST',
      });
    },
    close: () => store.close(),
  };
}

async function naive(url: string): Promise<Contender> {
  const database = openDatabase({ url, max: 32 });
  await database.query(`create table event (
    position bigint generated always as identity primary key, stream text not null, revision bigint not null,
    id uuid not null unique, type text not null, data jsonb not null, metadata jsonb not null,
    recorded_at timestamptz not null default now(), unique (stream, revision))`);
  return {
    name: 'an insert per transaction, 32 connections',
    append() {
      const { type, data, metadata } = benchEvent();
      return database.query(
        'insert into event (stream, revision, id, type, data, metadata) values ($1, 0, $2, $3, $4, $5)',
        [probeStream(), randomUUID(), type, data, metadata],
        'insert',
      );
    },
    close: () => database.close(),
  };
}
