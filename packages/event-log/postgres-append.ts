import type { Database, Sql } from '@relais/postgres/database';
import { sameContent } from './encode.ts';
import { type Appended, ContentMismatch, LogUnavailable } from './log.ts';
import {
  type Answer,
  createWriter,
  isOfOneAppend,
  type Waiting,
  type Writer,
} from './postgres-writer.ts';

const batchEventsMax = 1_000;
const batchBytesMax = 8 * 1024 * 1024;

export type Batcher = {
  readonly add: (waiting: Waiting) => void;
  /** Refuses what comes from now on and resolves when all that waits is answered. */
  readonly close: () => Promise<void>;
};

/**
 * Collects appends while a batch is being written and writes them together in the next: one transaction, one
 * round trip, one flush to disk for all of them.
 */
export function createBatcher(database: Database): Batcher {
  const queue: Waiting[] = [];
  const writer = createWriter(database);
  let running: Promise<void> | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    // Those who append in this turn of the event loop come along.
    await new Promise(setImmediate);
    while (queue.length > 0) {
      const batch = takeBatch(queue);
      if (batch.length > 0) await writeBatch(writer, database, batch);
    }
  }

  function start(): void {
    running = drain().finally(() => {
      running = undefined;
      if (queue.length > 0) start();
    });
  }

  return {
    add(waiting) {
      if (closed) {
        waiting.reject(new LogUnavailable('the log is closed'));
        return;
      }
      queue.push(waiting);
      if (running === undefined) start();
    },
    async close() {
      closed = true;
      while (running !== undefined) await running;
      writer.close();
    },
  };
}

function takeBatch(queue: Waiting[]): Waiting[] {
  const batch: Waiting[] = [];
  let events = 0;
  let bytes = 0;
  let taken = 0;
  for (const waiting of queue) {
    events += waiting.events.length;
    for (const event of waiting.events) bytes += event.data.length + event.metadata.length;
    if (batch.length > 0 && (events > batchEventsMax || bytes > batchBytesMax)) break;
    taken += 1;
    if (waiting.signal?.aborted) waiting.reject(waiting.signal.reason);
    else batch.push(waiting);
  }
  queue.splice(0, taken);
  return batch;
}

/** Answers everyone in the batch; never rejects. */
async function writeBatch(writer: Writer, sql: Sql, batch: readonly Waiting[]): Promise<void> {
  try {
    const answers = await writer.write(batch);
    await Promise.all(batch.map((waiting, n) => answer(sql, waiting, answers[n])));
  } catch (error) {
    if (batch.length > 1 && isOfOneAppend(error)) {
      for (const waiting of batch) await writeBatch(writer, sql, [waiting]);
      return;
    }
    const unavailable = new LogUnavailable('the log cannot be written to', { cause: error });
    for (const waiting of batch) waiting.reject(unavailable);
  }
}

async function answer(sql: Sql, waiting: Waiting, answer: Answer | undefined): Promise<void> {
  if (answer === undefined) throw new Error('an append without an answer');
  const { outcome, revision, position } = answer;
  if (outcome === 'appended') {
    waiting.resolve({ appended: true, revision, position, duplicate: false });
  } else if (outcome === 'stale') {
    waiting.resolve({ appended: false, actual: revision < 0n ? 'none' : revision });
  } else {
    await firstResult(sql, waiting).then(waiting.resolve, waiting.reject);
  }
}

/** The result of the append that was there before with these ids. Throws ContentMismatch when it was another. */
async function firstResult(sql: Sql, { stream, events }: Waiting): Promise<Appended> {
  const { rows } = await sql
    .query<{
      id: string;
      stream: string;
      revision: bigint;
      position: bigint;
      type: string;
      data: string;
    }>(
      'select id, stream, revision, position, type, data from event_log.event where id = any ($1)',
      [events.map((event) => event.id)],
    )
    .catch((error) => {
      throw new LogUnavailable('the log cannot be read', { cause: error });
    });
  const stored = new Map(rows.map((row) => [row.id, row]));
  const start = stored.get(events[0]?.id ?? '')?.revision ?? 0n;
  for (const [n, event] of events.entries()) {
    const row = stored.get(event.id);
    const same =
      row?.stream === stream &&
      row.revision === start + BigInt(n) &&
      sameContent({ type: row.type, data: JSON.parse(row.data) }, event);
    if (!same) throw new ContentMismatch(`event ${event.id} is in the log with other content`);
  }
  const last = stored.get(events.at(-1)?.id ?? '');
  if (last === undefined) throw new ContentMismatch('an append of no events');
  return { appended: true, revision: last.revision, position: last.position, duplicate: true };
}
