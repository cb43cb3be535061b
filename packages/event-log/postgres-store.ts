import type { Database } from '@relais/postgres/database';
import { encodeAppend } from './encode.ts';
import {
  type Appended,
  type Batch,
  type FollowOptions,
  type Log,
  LogUnavailable,
  type ReadOptions,
  type Recorded,
} from './log.ts';
import { createBatcher } from './postgres-append.ts';
import { backOff, createWake } from './wake.ts';

/** Folder for `migrate`: the log and what projections and reactions remember, in schema `event_log`. */
export const eventLogMigrations = {
  schema: 'event_log',
  migrations: new URL('./migrations/', import.meta.url),
};

const streamPageEvents = 500;
const followPageEvents = 1_000;
const followPageEventsMax = 5_000;
/** A filter that finds nothing looks at so many positions per statement. */
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
    read: (stream, options = {}) => readStream(database, stream, options),
    follow(options) {
      if (!listens) void database.listen('event_log', wake.wake, closing.signal);
      listens = true;
      const signal = AbortSignal.any([options.signal, closing.signal]);
      return follow(database, { ...options, signal }, wake.next, wake.seen);
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

const columns = 'position, stream, revision, id, type, data, metadata, recorded_at as "recordedAt"';

type Row = Omit<Recorded, 'data' | 'metadata'> & {
  readonly data: string;
  readonly metadata: string;
};

const recorded = (row: Row): Recorded => ({
  id: row.id,
  stream: row.stream,
  revision: row.revision,
  position: row.position,
  type: row.type,
  data: JSON.parse(row.data),
  metadata: JSON.parse(row.metadata),
  recordedAt: row.recordedAt,
});

async function available<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new LogUnavailable('the log cannot be read', { cause: error });
  }
}

async function* readStream(
  database: Database,
  stream: string,
  { from, backwards = false, max = Number.POSITIVE_INFINITY }: ReadOptions,
): AsyncGenerator<Recorded, void, undefined> {
  const [operator, order] = backwards ? ['<=', 'desc'] : ['>=', 'asc'];
  let next = from ?? (backwards ? 2n ** 63n - 1n : 0n);
  let left = max;
  while (left > 0) {
    const limit = Math.min(left, streamPageEvents);
    const { rows } = await available(
      database.query<Row>(
        `select ${columns} from event_log.event
         where stream = $1 and revision ${operator} $2 order by revision ${order} limit $3`,
        [stream, next, limit],
        `event-log-read-${order}`,
      ),
    );
    for (const row of rows) yield recorded(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return;
    next = backwards ? last.revision - 1n : last.revision + 1n;
    left -= rows.length;
  }
}

/** One page of the log, from one snapshot: the events and how far the log went. */
async function page(
  database: Database,
  after: bigint,
  prefixes: readonly string[],
  limit: number,
): Promise<Batch> {
  const { rows } = await database.query<
    { [column in keyof Row]: Row[column] | null } & { head: bigint }
  >(
    `select h.position as head, e.* from event_log.head h left join lateral (
       select ${columns} from event_log.event
       where position > $1 and position <= least(h.position, $1 + ${scanPositionsMax})
         ${prefixes.length > 0 ? 'and stream ^@ any ($3)' : ''}
       order by position limit $2
     ) e on true order by e.position`,
    prefixes.length > 0 ? [after, limit, prefixes] : [after, limit],
    prefixes.length > 0 ? 'event-log-follow-prefixes' : 'event-log-follow',
  );
  const head = rows[0]?.head ?? 0n;
  const records = rows
    .filter((row): row is typeof row & Row => row.position !== null)
    .map(recorded);
  const scanned = after + BigInt(scanPositionsMax);
  const end = scanned < head ? scanned : head;
  const position = records.length === limit ? (records.at(-1)?.position ?? end) : end;
  return { records, position: position > after ? position : after, caughtUp: position >= head };
}

async function* follow(
  database: Database,
  { after, prefixes = [], batchMax = followPageEvents, signal }: FollowOptions,
  nextWake: ReturnType<typeof createWake>['next'],
  seenWake: ReturnType<typeof createWake>['seen'],
): AsyncGenerator<Batch, void, undefined> {
  const limit = Math.max(1, Math.min(batchMax, followPageEventsMax));
  let told = false;
  let failures = 0;
  let ahead: Promise<Batch | undefined> | undefined;
  const fetch = (from: bigint) => page(database, from, prefixes, limit).catch(() => undefined);
  for (let cursor = after; !signal.aborted; ) {
    const seen = seenWake();
    const batch = await (ahead ?? fetch(cursor));
    ahead = undefined;
    if (signal.aborted) return;
    if (batch === undefined) {
      await backOff(failures++, { minMs: 100, maxMs: 5_000, signal });
      continue;
    }
    failures = 0;
    if (batch.position > cursor || !told) {
      // While the consumer deals with this batch, the next one is on its way.
      if (!batch.caughtUp) ahead = fetch(batch.position);
      cursor = batch.position;
      told = batch.caughtUp;
      yield batch;
    }
    if (batch.caughtUp) await nextWake(seen, pollMs, signal);
  }
}
