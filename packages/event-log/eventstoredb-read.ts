import {
  type AllStreamResolvedEvent,
  BACKWARDS,
  END,
  FORWARDS,
  type ResolvedEvent,
  START,
  StreamNotFoundError,
} from '@eventstore/db-client';
import type { Connection } from './eventstoredb-connection.ts';
import { type Pull, pull } from './eventstoredb-pull.ts';
import { fromServer } from './eventstoredb-record.ts';
import { backOff, beforeRetry, budget, CallTimedOut } from './eventstoredb-retry.ts';
import type { ReadOptions, Recorded } from './log.ts';

/** How long to wait for the server, ms. */
export type Patience = {
  /** A command: an append with all its retries. */
  readonly appendTimeoutMs: number;
  /** A read that makes no progress, with all its retries. */
  readonly readTimeoutMs: number;
  /** One call, before it is made again. */
  readonly callTimeoutMs: number;
};

const pageMax = 500;

/** A stream's events; goes on where it was after a failure, and throws LogUnavailable when that does not help in time. */
export async function* readStream(
  connection: Connection,
  patience: Patience,
  stream: string,
  options: ReadOptions = {},
  signal?: AbortSignal,
): AsyncGenerator<Recorded> {
  const step = options.backwards ? -1n : 1n;
  const spend = budget(patience.readTimeoutMs);
  const pauses = backOff(50, 1_000);
  let { from, max = Number.MAX_SAFE_INTEGER } = options;
  while (max > 0 && (from === undefined || from >= 0n)) {
    try {
      for await (const page of pages(connection, patience, stream, {
        ...options,
        from,
        max,
        signal,
      })) {
        for (const record of page) {
          max -= 1;
          from = record.revision + step;
          yield record;
        }
        spend.renew();
        pauses.reset();
      }
      return;
    } catch (error) {
      if (error instanceof StreamNotFoundError) return;
      await beforeRetry(error, pauses, spend, signal);
    }
  }
}

type Page = {
  readonly backwards?: boolean;
  readonly from: bigint | undefined;
  readonly max: number;
  readonly signal: AbortSignal | undefined;
};

async function* pages(
  connection: Connection,
  { callTimeoutMs }: Patience,
  stream: string,
  { backwards, from, max, signal }: Page,
): AsyncGenerator<Recorded[]> {
  const lease = connection.lease();
  const reading = lease.client.readStream(
    stream,
    {
      direction: backwards ? BACKWARDS : FORWARDS,
      fromRevision: from ?? (backwards ? END : START),
      maxCount: max,
      requiresLeader: true,
    },
    { highWaterMark: pageMax },
  );
  const arriving: Pull<ResolvedEvent> = pull(reading, () => reading.cancel());
  let failure: unknown;
  try {
    for (;;) {
      const events = await arriving.next(pageMax, callTimeoutMs, signal);
      if (events === 'ended') return;
      if (events === 'silent') throw new CallTimedOut(`no event for ${callTimeoutMs} ms`);
      yield events.flatMap(({ event }) => (event === undefined ? [] : [fromServer(event)]));
    }
  } catch (error) {
    failure = signal?.aborted ? undefined : error;
    throw error;
  } finally {
    arriving.close();
    lease.settle(failure);
  }
}

/** Position of the log's last event, one of the server's own included: one call, no retry. */
export async function readHead(connection: Connection, timeoutMs: number): Promise<bigint> {
  const lease = connection.lease();
  const reading = lease.client.readAll({
    direction: BACKWARDS,
    fromPosition: END,
    maxCount: 1,
    requiresLeader: true,
  });
  const arriving: Pull<AllStreamResolvedEvent> = pull(reading, () => reading.cancel());
  try {
    const events = await arriving.next(1, timeoutMs);
    if (events === 'silent') throw new CallTimedOut(`no head for ${timeoutMs} ms`);
    const event = events === 'ended' ? undefined : events[0]?.event;
    lease.settle();
    return event?.position?.commit ?? 0n;
  } catch (error) {
    lease.settle(error);
    throw error;
  } finally {
    arriving.close();
  }
}

/**
 * Shares one read among callers that ask at the same time; none gets an answer to a read that had begun
 * before it asked.
 */
export function shared<T>(read: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  let waiting: Promise<T> | undefined;
  const start = (): Promise<T> => {
    waiting = undefined;
    const mine = read().finally(() => {
      if (running === mine) running = undefined;
    });
    running = mine;
    return mine;
  };
  return () => {
    if (running === undefined) return start();
    waiting ??= running.then(start, start);
    return waiting;
  };
}
