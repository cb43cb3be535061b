import type { Database, Sql } from '@relais/postgres/database';
import type { Log } from './log.ts';
import { quoted } from './projection-schema.ts';
import { workedFor } from './working.ts';

export type StoreKind = 'postgres' | 'eventstoredb';

/** Consumers would skip events, or get them again: their positions were counted in another store. */
export class LogMoved extends Error {
  override readonly name = 'LogMoved';

  constructor(reason: string) {
    super(
      `the consumers' positions belong to another log: ${reason}. If the log was moved here (npm run copy-log), ` +
        'stop every service and run: npm run rebuild -- --after-move',
    );
  }
}

/** Throws LogMoved when consumers have positions of another kind of store; otherwise remembers this kind. */
export async function checkStoreKind(database: Database, kind: StoreKind): Promise<void> {
  await database.transaction(async (sql) => {
    const { rows } = await sql.query<{ kind: StoreKind }>('select kind from event_log.store');
    const before = rows[0]?.kind ?? kind;
    if (before !== kind && (await positionsOf(sql)).length > 0) {
      throw new LogMoved(`they are of ${before}, and the log is in ${kind} now`);
    }
    if (rows[0]?.kind !== kind) await rememberStore(sql, kind);
  });
}

/** Throws LogMoved when a consumer is beyond the log's end, or the last event it was given is not where it was. */
export async function checkPositions(database: Database, log: Log): Promise<void> {
  const consumers = await positionsOf(database);
  if (consumers.length === 0) return;
  const head = await log.head();
  for (const { name, position, last } of consumers) {
    if (position > head) {
      throw new LogMoved(`${name} is at ${position}, and the log ends at ${head}`);
    }
    if (last !== undefined && (await find(log, last)) !== last.position) {
      throw new LogMoved(`the last event of ${name} is not at ${last.position}`);
    }
  }
}

/** What `moveConsumers` did. */
export type Moved = {
  readonly consumers: readonly { readonly name: string; readonly position: bigint }[];
  readonly dropped: readonly string[];
};

/**
 * After the log was copied to this store: takes every reaction and timer to the event it was at, every event set aside to
 * where it is now, and drops the read models, which are built again from the whole log when the services start. All in
 * one transaction. Throws when a service still runs, and when the log lacks an event: then it is no copy.
 */
export async function moveConsumers(database: Database, log: Log, kind: StoreKind): Promise<Moved> {
  const names = await workedFor(database);
  if (names.length > 0) {
    throw new Error(`services still run (${names.join(', ')}): stop them first`);
  }
  return await database.transaction(async (sql) => {
    const { rows } = await sql.query<{ name: string }>(
      'select name from event_log.consumer where checksum is not null order by name for update',
    );
    const dropped = rows.map(({ name }) => name);
    for (const name of dropped) {
      await sql.query(`drop schema if exists ${quoted(name)} cascade`);
    }
    await sql.query('delete from event_log.consumer where name = any ($1)', [dropped]);
    const consumers = [];
    for (const { name, position, last } of await positionsOf(sql)) {
      // Set back by hand, it was to begin again.
      const known = last !== undefined && last.position <= position ? last : undefined;
      const now = known === undefined ? 0n : await mustFind(log, known);
      await sql.query(
        `update event_log.consumer
         set position = $2, epoch = epoch + 1, owner = null, stopped = null,
           event_stream = $3, event_revision = $4, event_id = $5, event_position = $6
         where name = $1`,
        known === undefined
          ? [name, now, null, null, null, null]
          : [name, now, known.stream, known.revision, known.id, now],
      );
      consumers.push({ name, position: now });
    }
    await moveParked(sql, log);
    await rememberStore(sql, kind);
    return { consumers, dropped };
  });
}

type Event = { readonly stream: string; readonly revision: bigint; readonly id: string };
type Given = Event & { readonly position: bigint };

/** Of all consumers that have begun. */
async function positionsOf(sql: Sql) {
  const { rows } = await sql.query<
    { name: string; at: bigint } & { [Field in keyof Given]: Given[Field] | null }
  >(
    `select name, position as at, event_stream as stream, event_revision as revision, event_id as id,
       event_position as position
     from event_log.consumer where position > 0 and not retired order by name`,
  );
  return rows.map(({ name, at, stream, revision, id, position }) => {
    const isKnown = stream !== null && revision !== null && id !== null && position !== null;
    return { name, position: at, last: isKnown ? { stream, revision, id, position } : undefined };
  });
}

/** Where the log has it; undefined when it has not. */
async function find(log: Log, { stream, revision, id }: Event): Promise<bigint | undefined> {
  for await (const record of log.read(stream, { from: revision, max: 1 })) {
    if (record.id === id && record.revision === revision) return record.position;
  }
  return undefined;
}

async function mustFind(log: Log, event: Event): Promise<bigint> {
  const position = await find(log, event);
  if (position !== undefined) return position;
  throw new Error(
    `the log has no event ${event.id} at revision ${event.revision} of ${event.stream}: it is no copy`,
  );
}

async function moveParked(sql: Sql, log: Log): Promise<void> {
  const { rows } = await sql.query<Event & { consumer: string; position: bigint }>(
    'select consumer, position, stream, revision, event_id as id from event_log.parked for update',
  );
  // Out of the way first: a new position may be the old one of another event.
  await sql.query('update event_log.parked set position = -position');
  for (const row of rows) {
    await sql.query(
      'update event_log.parked set position = $3 where consumer = $1 and position = -$2::bigint',
      [row.consumer, row.position, await mustFind(log, row)],
    );
  }
}

const rememberStore = (sql: Sql, kind: StoreKind) =>
  sql.query(
    'insert into event_log.store (kind) values ($1) on conflict (singleton) do update set kind = $1',
    [kind],
  );
