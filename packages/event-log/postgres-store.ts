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
import { backOff, createWake, type Wake } from './wake.ts';

/** Folder for `migrate`: the log and what projections and reactions remember, in schema `event_log`. */
export const eventLogMigrations = {
  schema: 'event_log',
  migrations: new URL('./migrations/', import.meta.url),
};

const streamPageEvents = 500;
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
    read: (stream, options = {}) => readStream(database, stream, options),
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

/** One page of the log, from one snapshot: the events among the next `positions` and how far the log goes. */
async function page(
  database: Database,
  after: bigint,
  { prefixes, limit, positions }: { prefixes: readonly string[]; limit: number; positions: number },
): Promise<Batch> {
  const until = after + BigInt(positions);
  const filtered = prefixes.length > 0;
  const { rows } = await database.query<Partial<Row> & { readonly head: bigint }>(
    `select h.position as head, e.* from event_log.head h left join (
       select ${columns} from event_log.event
       where position > $1 and position <= $2 ${filtered ? 'and stream ^@ any ($4)' : ''}
       order by position limit $3
     ) e on true order by e.position`,
    filtered ? [after, until, limit, prefixes] : [after, until, limit],
    filtered ? 'event-log-follow-filtered' : 'event-log-follow',
  );
  const head = rows[0]?.head ?? 0n;
  const records = rows.filter((row): row is typeof row & Row => row.position != null).map(recorded);
  const reached = until < head ? until : head;
  const position = records.length === limit ? (records.at(-1)?.position ?? reached) : reached;
  return { records, position: position > after ? position : after, caughtUp: position >= head };
}

/** Reads pages; where little matches it looks further ahead, so that a rare kind of event is found soon. */
function pageReader(database: Database, prefixes: readonly string[], limit: number) {
  let positions = limit;
  return async (after: bigint): Promise<Batch | undefined> => {
    try {
      const batch = await page(database, after, { prefixes, limit, positions });
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
  const readPage = pageReader(
    database,
    prefixes,
    Math.max(1, Math.min(batchMax, followPageEventsMax)),
  );
  let ahead: Promise<Batch | undefined> | undefined;
  let [cursor, told, failures] = [after, false, 0];
  while (!signal.aborted) {
    const seen = wake.seen();
    const batch = await (ahead ?? readPage(cursor));
    ahead = undefined;
    if (signal.aborted) return;
    if (batch === undefined) {
      await backOff(failures++, { minMs: 100, maxMs: 5_000, signal });
      continue;
    }
    failures = 0;
    // While the consumer deals with this batch, the next one is on its way.
    if (!batch.caughtUp) ahead = readPage(batch.position);
    if (batch.position > cursor || (batch.caughtUp && !told)) {
      cursor = batch.position;
      told = batch.caughtUp;
      yield batch;
    }
    if (batch.caughtUp) await wake.next(seen, pollMs, signal);
  }
}
