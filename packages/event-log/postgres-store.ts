import type { Database } from '@relais/postgres/database';
import { encodeAppend } from './encode.ts';
import type { Appended, Batch, FollowOptions, Log } from './log.ts';
import { createBatcher } from './postgres-append.ts';
import { available, readPage } from './postgres-read.ts';
import { streamReader } from './postgres-stream.ts';
import { backOff, createWake, type Wake } from './wake.ts';

/** Folder for `migrate`: the log and what projections and reactions remember, in schema `event_log`. */
export const eventLogMigrations = {
  schema: 'event_log',
  migrations: new URL('./migrations/', import.meta.url),
};

const followPageEvents = 1_000;
const followPageEventsMax = 5_000;
/** A filter that finds little looks at so many positions in one statement. */
const scanPositionsMax = 200_000;
/** Notifications wake followers; this is for the one that got lost. */
const pollMs = 1_000;

/**
 * The log in PostgreSQL, in schema `event_log` (apply `eventLogMigrations` first). Positions are dense and in
 * commit order. Closing it leaves `database` open.
 */
export function openPostgresLog(database: Database): Log {
  const closing = new AbortController();
  const wake = createWake();
  const batcher = createBatcher(database, wake.wake);
  let listens = false;

  return {
    async append(stream, events, { expected, signal }) {
      signal?.throwIfAborted();
      const encoded = encodeAppend(stream, events);
      return await new Promise<Appended>((resolve, reject) => {
        batcher.add({ stream, expected, events: encoded, signal, resolve, reject });
      });
    },
    read: streamReader(database),
    follow(options) {
      if (!listens) void database.listen('event_log', wake.wake, closing.signal);
      listens = true;
      const signal = AbortSignal.any([options.signal, closing.signal]);
      return follow(database, { ...options, signal }, wake);
    },
    async head() {
      const { rows } = await available(
        database.query<{ position: bigint }>('select position from event_log.head'),
      );
      return rows[0]?.position ?? 0n;
    },
    async close() {
      await batcher.close();
      closing.abort();
    },
  };
}

/** Reads pages; where little matches it looks further ahead, so that a rare kind of event is found soon. */
function pageReader(database: Database, prefixes: readonly string[], limit: number) {
  let positions = limit;
  return async (after: bigint): Promise<Batch | undefined> => {
    try {
      const batch = await readPage(database, after, { prefixes, limit, positions });
      const sparse = prefixes.length > 0 && batch.records.length < limit / 4;
      positions = sparse ? Math.min(positions * 4, scanPositionsMax) : limit;
      return batch;
    } catch {
      return undefined;
    }
  };
}

async function* follow(
  database: Database,
  { after, prefixes = [], batchMax = followPageEvents, signal }: FollowOptions,
  wake: Wake,
): AsyncGenerator<Batch, void, undefined> {
  const next = pageReader(database, prefixes, Math.max(1, Math.min(batchMax, followPageEventsMax)));
  let ahead: Promise<Batch | undefined> | undefined;
  let [cursor, told, failures] = [after, false, 0];
  while (!signal.aborted) {
    const seen = wake.seen();
    const batch = await (ahead ?? next(cursor));
    ahead = undefined;
    if (signal.aborted) return;
    if (batch === undefined) {
      await backOff(failures++, { minMs: 100, maxMs: 5_000, signal });
      continue;
    }
    failures = 0;
    // While the consumer deals with this batch, the next one is on its way.
    if (!batch.caughtUp) ahead = next(batch.position);
    if (batch.position > cursor || (batch.caughtUp && !told)) {
      cursor = batch.position;
      told = batch.caughtUp;
      yield batch;
    }
    if (batch.caughtUp) await wake.next(seen, pollMs, signal);
  }
}
