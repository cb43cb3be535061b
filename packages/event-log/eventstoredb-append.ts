import { randomUUID } from 'node:crypto';
import {
  MaxAppendSizeExceededError,
  NO_STREAM,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { type EncodedEvent, encodeAppend, sameContent } from './encode.ts';
import type { Connection } from './eventstoredb-connection.ts';
import type { KnownIds } from './eventstoredb-known.ts';
import { type Patience, readStream } from './eventstoredb-read.ts';
import { toServer } from './eventstoredb-record.ts';
import { type Budget, bounded, budget, retried } from './eventstoredb-retry.ts';
import {
  type Appended,
  AppendTooLarge,
  ContentMismatch,
  type Expected,
  type NewEvent,
  type Recorded,
} from './log.ts';

/** How many events back a repetition is looked for: a stream has a few hundred at most. */
const lookBackMax = 1_000;

export type Appending = {
  readonly connection: Connection;
  readonly patience: Patience;
  readonly known: KnownIds;
};

type Request = {
  readonly stream: string;
  readonly events: readonly NewEvent[];
  readonly expected: Expected;
  readonly signal: AbortSignal | undefined;
  /** All that is done for this append. */
  readonly spend: Budget;
};

/** Appends, tries again with the same ids while that may help, and recognises what was appended before. */
export async function appendEvents(
  store: Appending,
  asked: Omit<Request, 'spend'>,
): Promise<Appended> {
  const request = { ...asked, spend: budget(store.patience.appendTimeoutMs) };
  const { stream, events, expected, signal } = request;
  signal?.throwIfAborted();
  const encoded = encodeAppend(stream, events);
  const ids = encoded.map(({ id }) => id);
  if (expected !== 'none' && !store.known.rulesOut(stream, expected, ids)) {
    const before = await recognise(store, request, encoded);
    if (before !== undefined) return before;
  }
  const written = await write(store, request);
  if (written.appended) {
    store.known.extend(stream, expected, ids, written.revision);
    return written;
  }
  return (await recognise(store, request, encoded)) ?? written;
}

async function write(
  { connection, patience }: Appending,
  { stream, events, expected, signal, spend }: Request,
): Promise<Appended> {
  const proposed = events.map((event) => toServer(event, randomUUID()));
  const attempt = async (leftMs: number): Promise<Appended> => {
    const timeoutMs = Math.min(patience.callTimeoutMs, leftMs);
    const lease = connection.lease();
    try {
      const result = await bounded(
        () =>
          lease.client.appendToStream(stream, proposed, {
            expectedRevision: expected === 'none' ? NO_STREAM : expected,
            requiresLeader: true,
            deadline: timeoutMs,
          }),
        timeoutMs,
        signal,
      );
      lease.settle();
      const { success, nextExpectedRevision: revision } = result;
      // Only a connection string with throwOnAppendFailure=false comes here without success.
      if (!success) return { appended: false, actual: revision < 0n ? 'none' : revision };
      const position = result.position?.commit ?? (await positionAt(stream, revision));
      return { appended: true, revision, position, duplicate: false };
    } catch (error) {
      lease.settle(signal?.aborted ? undefined : error);
      return refused(error);
    }
  };
  // A repetition that the server recognised before it was replicated has no position in its answer.
  const positionAt = async (name: string, revision: bigint): Promise<bigint> => {
    const options = { from: revision, max: 1 };
    for await (const record of readStream(connection, patience, name, options, signal)) {
      return record.position;
    }
    throw new Error(`revision ${revision} of ${name} was appended and is not there`);
  };
  return await retried(attempt, spend, signal);
}

function refused(error: unknown): Appended {
  if (error instanceof WrongExpectedVersionError) {
    const actual = error.actualVersion;
    return {
      appended: false,
      actual: typeof actual === 'bigint' && actual >= 0n ? actual : 'none',
    };
  }
  if (error instanceof MaxAppendSizeExceededError) {
    throw new AppendTooLarge(`more than the server's ${error.maxAppendSize} bytes in one append`);
  }
  throw error;
}

/** The first result when these very events are in the stream; ContentMismatch when only some, or others with their ids. */
async function recognise(
  { connection, patience, known }: Appending,
  { stream, signal, spend }: Request,
  encoded: readonly EncodedEvent[],
): Promise<Appended | undefined> {
  const records: Recorded[] = [];
  const hurried = { ...patience, readTimeoutMs: Math.max(1, spend.leftMs()) };
  const options = { backwards: true, max: lookBackMax + encoded.length };
  for await (const record of readStream(connection, hurried, stream, options, signal)) {
    records.push(record);
  }
  records.reverse();
  const last = records.at(-1);
  if (last === undefined) return undefined;
  known.learn(
    stream,
    last.revision,
    records.map(({ id }) => id),
  );
  const ids = new Set(encoded.map(({ id }) => id));
  const start = records.findIndex(({ id }) => ids.has(id));
  if (start < 0) return undefined;
  const there = records.slice(start, start + encoded.length);
  const same = encoded.every((event, n) => {
    const stored = there[n];
    return stored !== undefined && stored.id === event.id && sameContent(stored, event);
  });
  const end = there.at(-1);
  if (!same || end === undefined) {
    throw new ContentMismatch(`${stream} has an event of these ids with other content`);
  }
  return { appended: true, revision: end.revision, position: end.position, duplicate: true };
}
