import type { Database } from '@relais/postgres/database';
import { encodeAppend } from './encode.ts';
import type { Appended, Log } from './log.ts';
import { createBatcher } from './postgres-append.ts';
import { postgresFollower } from './postgres-follow.ts';
import { available } from './postgres-read.ts';
import { openSession } from './postgres-session.ts';
import { streamReader } from './postgres-stream.ts';
import { createWake } from './wake.ts';

/** Folder for `migrate`: the log and what projections and reactions remember, in schema `event_log`. */
export const eventLogMigrations = {
  schema: 'event_log',
  migrations: new URL('./migrations/', import.meta.url),
};

/**
 * The log in PostgreSQL, in schema `event_log` (apply `eventLogMigrations` first). Positions are dense and in
 * commit order. Closing it leaves `database` open.
 */
export function openPostgresLog(database: Database): Log {
  const closing = new AbortController();
  const wake = createWake();
  const batcher = createBatcher(database);
  const reader = openSession(database);
  const follow = postgresFollower({ database, tail: reader, wake });
  let listens = false;

  return {
    async append(stream, events, { expected, signal }) {
      signal?.throwIfAborted();
      const encoded = encodeAppend(stream, events);
      return await new Promise<Appended>((resolve, reject) => {
        batcher.add({ stream, expected, events: encoded, signal, resolve, reject });
      });
    },
    read: streamReader(database, reader),
    follow(options) {
      if (!listens) void database.listen('event_log', wake.wake, closing.signal);
      listens = true;
      const signal = AbortSignal.any([options.signal, closing.signal]);
      return follow({ ...options, signal });
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
      reader.close();
    },
  };
}
