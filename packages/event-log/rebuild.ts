import type { Database, Sql } from '@relais/postgres/database';
import type { ConsumerRun } from './consumer.ts';
import type { Log } from './log.ts';
import { runProjection } from './project.ts';
import { type Projection, schemaOf } from './projection.ts';
import { quoted } from './projection-schema.ts';
import { readiness } from './wait-for.ts';

const lookMs = 200;

export type Rebuild<Event> = Omit<ConsumerRun, 'database'> & {
  readonly log: Log;
  readonly database: Database;
  readonly projection: Projection<Event>;
  /** For a read model that is not made by its tables' rules alone: builds it in `schema` until the signal aborts. */
  readonly build?: (run: ConsumerRun & { readonly schema: string }) => Promise<void>;
  readonly progress: (at: { readonly position: bigint; readonly head: bigint }) => void;
};

/**
 * Builds a read model again from the whole log, beside the one in use, and puts it in its place in one transaction
 * once it is as far. Readers see the old rows until then and the new ones after; the process that keeps the model
 * up to date goes on with the new one. Throws when the projection stops (its reason is in the message).
 */
export async function rebuildProjection<Event>(rebuild: Rebuild<Event>): Promise<void> {
  const { log, database, projection, progress } = rebuild;
  const schema = schemaOf(projection);
  const beside = `${schema}_rebuild`;
  await drop(database, beside);
  const over = new AbortController();
  const signal = AbortSignal.any([rebuild.signal, over.signal]);
  let running = true;
  const build = rebuild.build ?? ((run) => runProjection({ ...run, log, projection }));
  const done = build({ ...rebuild, schema: beside, signal }).finally(() => {
    running = false;
  });
  try {
    while (!rebuild.signal.aborted) {
      const { state, reason, position, head } = await readiness(database, log, beside);
      progress({ position, head });
      if (state === 'stopped') throw new Error(`${beside} stopped: ${reason}`);
      if (state === 'live' && (await takeOver(database, schema, beside))) return;
      if (!running) throw new Error(`${beside} is over before it was built`);
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
    rebuild.signal.throwIfAborted();
  } finally {
    over.abort();
    await done;
    await drop(database, beside);
    await database.query(`drop schema if exists ${quoted(`${schema}_replaced`)} cascade`);
  }
}

/**
 * False when the model in use is further. Both consumers are fenced by a new epoch; the tables replaced are dropped
 * afterwards, because dropping waits for readers and this must not.
 */
async function takeOver(database: Database, schema: string, beside: string): Promise<boolean> {
  return await database.transaction(async (sql) => {
    const inUse = await locked(sql, schema);
    const built = await locked(sql, beside);
    if (built === undefined || built.position < (inUse?.position ?? 0n)) return false;
    await sql.query(`drop schema if exists ${quoted(`${schema}_replaced`)} cascade`);
    if (await exists(sql, schema)) {
      await sql.query(`alter schema ${quoted(schema)} rename to ${quoted(`${schema}_replaced`)}`);
    }
    await sql.query(`alter schema ${quoted(beside)} rename to ${quoted(schema)}`);
    await sql.query('delete from event_log.consumer where name = $1', [beside]);
    await sql.query(
      `insert into event_log.consumer (name, position, epoch, built, checksum)
       values ($1, $2, 1, true, $3)
       on conflict (name) do update
       set position = $2, epoch = consumer.epoch + 1, owner = null, built = true, stopped = null,
         retired = false, checksum = $3`,
      [schema, built.position, built.checksum],
    );
    return true;
  });
}

async function locked(sql: Sql, name: string) {
  const { rows } = await sql.query<{ position: bigint; checksum: string | null }>(
    'select position, checksum from event_log.consumer where name = $1 for update',
    [name],
  );
  return rows[0];
}

async function exists(sql: Sql, schema: string): Promise<boolean> {
  const { rows } = await sql.query('select from pg_namespace where nspname = $1', [schema]);
  return rows.length > 0;
}

async function drop(database: Database, beside: string): Promise<void> {
  await database.query(`drop schema if exists ${quoted(beside)} cascade`);
  await database.query('delete from event_log.consumer where name = $1', [beside]);
}
