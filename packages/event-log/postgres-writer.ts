import type { Database } from '@relais/postgres/database';
import type { EncodedEvent } from './encode.ts';
import type { Appended, Expected } from './log.ts';

const lockTimeoutMs = 4_000;
const statementTimeoutMs = 5_000;
const answerTimeoutMs = 6_000;

/** An append that waits for its batch. */
export type Waiting = {
  readonly stream: string;
  readonly expected: Expected;
  readonly events: readonly EncodedEvent[];
  readonly signal: AbortSignal | undefined;
  readonly resolve: (result: Appended) => void;
  readonly reject: (error: unknown) => void;
};

export type Answer = {
  readonly outcome: 'appended' | 'known' | 'stale';
  readonly revision: bigint;
  readonly position: bigint;
};

export type Writer = {
  readonly write: (batch: readonly Waiting[]) => Promise<Answer[]>;
  readonly close: () => void;
};

type Session = Awaited<ReturnType<Database['client']>>;

/** One session that all batches of the process go through; a broken one is thrown away. */
export function createWriter(database: Database): Writer {
  let session: Session | undefined;

  async function open(): Promise<Session> {
    const client = await database.client();
    try {
      await client.query(
        `set synchronous_commit = on; set lock_timeout = ${lockTimeoutMs};
         set statement_timeout = ${statementTimeoutMs}`,
      );
    } catch (error) {
      client.release(true);
      throw error;
    }
    return client;
  }

  return {
    async write(batch) {
      const client = session ?? (await open());
      session = client;
      try {
        return (await client.query<Answer>(statement(batch))).rows;
      } catch (error) {
        if (!isOfOneAppend(error)) {
          session = undefined;
          client.release(true);
        }
        throw error;
      }
    },
    close() {
      session?.release(true);
      session = undefined;
    },
  };
}

function statement(batch: readonly Waiting[]) {
  const events = batch.flatMap((waiting) => waiting.events);
  return {
    name: 'event-log-append',
    text: 'select outcome, revision, position from event_log.append($1, $2, $3, $4, $5, $6, $7)',
    values: [
      batch.map((waiting) => waiting.stream),
      batch.map(({ expected }) => (expected === 'none' ? -1n : expected)),
      batch.map((waiting) => waiting.events.length),
      events.map((event) => event.id),
      events.map((event) => event.type),
      events.map((event) => event.data),
      events.map((event) => event.metadata),
    ],
    query_timeout: answerTimeoutMs,
  };
}

/** Data exceptions and exceeded limits lie in one append, and must not spoil those beside it. */
export const isOfOneAppend = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && /^(22|54)/.test(String(error.code));
