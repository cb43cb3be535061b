import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '@relais/postgres/database';
import { type Batch, type FollowOptions, UnreadableEvent } from './log.ts';
import { readPage } from './postgres-read.ts';
import { backOff, type Wake } from './wake.ts';

const followPageEvents = 1_000;
const followPageEventsMax = 5_000;
/** A filter that finds little looks at so many positions in one statement. */
const scanPositionsMax = 200_000;
/** Notifications wake followers; this is for the one that got lost. */
const pollMs = 1_000;
/** Between two readings of the end of the log: while much is appended, a few events come at once. */
const tailPauseMs = 10;

type FollowSource = {
  /** For those who catch up. */
  readonly database: Sql;
  /** For those who have. */
  readonly tail: Sql;
  /** Called when there may be something new. */
  readonly wake: Wake;
};

type Wanted = Required<FollowOptions>;
type Following = AsyncGenerator<Batch, bigint, undefined>;

/** Follows the log for all followers of a process. */
export function postgresFollower({ database, tail, wake }: FollowSource) {
  const readTail = tailReader(tail, wake);
  return async function* follow(options: FollowOptions): AsyncIterable<Batch> {
    const { batchMax = followPageEvents, paceMs = 0, prefixes = [], signal } = options;
    const limit = Math.max(1, Math.min(batchMax, followPageEventsMax));
    const wanted = { ...options, batchMax: limit, paceMs, prefixes };
    let cursor = options.after;
    while (!signal.aborted) {
      cursor = yield* catchUp(database, { ...wanted, after: cursor });
      cursor = yield* stayCaughtUp(readTail, { ...wanted, after: cursor }, wake);
    }
  };
}

/** Ends with the batch that reaches the end of the log, or when the signal aborts. */
async function* catchUp(database: Sql, { after, prefixes, batchMax, signal }: Wanted): Following {
  const next = pageReader(database, prefixes, batchMax);
  let [cursor, failures] = [after, 0];
  let ahead = next(cursor);
  while (!signal.aborted) {
    const batch = await ahead;
    if (signal.aborted) break;
    if (batch === undefined) {
      await backOff(failures++, { minMs: 100, maxMs: 5_000, signal });
      ahead = next(cursor);
      continue;
    }
    failures = 0;
    cursor = batch.position;
    // While the consumer deals with this batch, the next one is on its way.
    if (!batch.caughtUp) {
      ahead = next(cursor);
      // Heard of when its turn comes.
      ahead.catch(() => undefined);
    }
    yield batch;
    if (batch.caughtUp) break;
  }
  return cursor;
}

/** Reads pages; where little matches it looks further ahead, so that a rare kind of event is found soon. */
function pageReader(database: Sql, prefixes: readonly string[], limit: number) {
  let positions = limit;
  return async (after: bigint): Promise<Batch | undefined> => {
    try {
      const batch = await readPage(database, after, { prefixes, limit, positions });
      const sparse = prefixes.length > 0 && batch.records.length < limit / 4;
      positions = sparse ? Math.min(positions * 4, scanPositionsMax) : limit;
      return batch;
    } catch (error) {
      return unlessBroken(error);
    }
  };
}

/** What cannot be read now may be read later, but for what is broken. */
function unlessBroken(error: unknown): undefined {
  if (error instanceof UnreadableEvent) throw error;
  return undefined;
}

/** Ends when there is more than one page to read, or when the signal aborts. */
async function* stayCaughtUp(readTail: TailReader, wanted: Wanted, wake: Wake): Following {
  const { after, paceMs, signal } = wanted;
  let [cursor, failures] = [after, 0];
  while (!signal.aborted) {
    const seen = wake.seen();
    const page = await readTail(cursor, seen);
    if (signal.aborted) break;
    if (page === undefined) {
      await backOff(failures++, { minMs: 100, maxMs: 5_000, signal });
      continue;
    }
    failures = 0;
    const batch = partOf(page, cursor, wanted);
    // All who keep the same pace look at the same moments, so that one reading serves them.
    const turnMs = paceMs > 0 ? Math.ceil(performance.now() / paceMs) * paceMs : 0;
    if (batch.position > cursor) {
      cursor = batch.position;
      yield batch;
    }
    if (!batch.caughtUp) break;
    await wake.next(seen, pollMs, signal);
    const pauseMs = turnMs - performance.now();
    if (pauseMs > 0) await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  return cursor;
}

const nothing: Promise<Batch | undefined> = Promise.resolve(undefined);

/** What comes after a position, not older than the count `seen` of the wake. Undefined: it cannot be read now. */
type TailReader = (after: bigint, seen: number) => Promise<Batch | undefined>;

/**
 * Reads the end of the log once for all who have caught up with it: ten consumers of a service wait there for the same
 * events, and a statement for each of them would cost more than all that they do with what it gives.
 */
function tailReader(sql: Sql, wake: Wake): TailReader {
  const page = { prefixes: [], limit: followPageEvents, positions: followPageEvents };
  let last = { after: -1n, seen: 0, startMs: -pollMs, found: nothing };

  async function read(reading: typeof last): Promise<Batch | undefined> {
    const pauseMs = reading.startMs - performance.now();
    if (pauseMs > 0) await sleep(pauseMs);
    reading.seen = wake.seen();
    const batch = await readPage(sql, reading.after, page).catch(unlessBroken);
    // What is not the whole end is of no use to those who have dealt with it.
    if (!batch?.caughtUp) reading.seen = -1;
    return batch;
  }

  return (after, seen) => {
    const nowMs = performance.now();
    const isGood = last.seen >= seen && last.after <= after && nowMs - last.startMs < pollMs / 2;
    if (!isGood) {
      // Who comes while it waits to begin is served by it too.
      const startMs = Math.max(nowMs, last.startMs + tailPauseMs);
      last = { after, seen: Number.POSITIVE_INFINITY, startMs, found: nothing };
      last.found = read(last);
    }
    return last.found;
  };
}

/** What of a page of everything one follower wants who is at `after`. */
function partOf(page: Batch, after: bigint, { prefixes, batchMax }: Wanted): Batch {
  if (page.position <= after) return { ...page, records: [], position: after };
  const records = page.records.filter(
    ({ position, stream }) =>
      position > after &&
      (prefixes.length === 0 || prefixes.some((prefix) => stream.startsWith(prefix))),
  );
  if (records.length <= batchMax) return { ...page, records };
  const some = records.slice(0, batchMax);
  return { records: some, position: some.at(-1)?.position ?? after, caughtUp: false };
}
