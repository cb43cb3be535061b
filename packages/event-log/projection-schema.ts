import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Database, Sql } from '@relais/postgres/database';
import { Retired } from './lease.ts';
import { type Projection, schemaOf } from './projection.ts';
import { workedFor } from './working.ts';

/** Names go into SQL as they are; this keeps them harmless. */
export function quoted(identifier: string): string {
  if (!/^[a-z_][a-zA-Z0-9_]{0,62}$/.test(identifier)) {
    throw new RangeError(`${identifier} is no name for a schema, table or column`);
  }
  return `"${identifier}"`;
}

/**
 * Makes schema and tables where they are missing. Throws when they have changed since: rows of the old rules
 * would stay among those of the new ones, so a change needs a new version.
 */
export async function prepareSchema<Event>(
  database: Database,
  { views, indexes = [] }: Projection<Event>,
  schema: string,
): Promise<void> {
  const text = await textOf(views);
  const checksum = createHash('sha256')
    .update(text)
    .update(await textOf(indexes))
    .digest('hex');
  await database.transaction(async (sql) => {
    await sql.query("select pg_advisory_xact_lock(hashtextextended('relais.projection', 0))");
    await sql.query(
      'insert into event_log.consumer (name) values ($1) on conflict (name) do nothing',
      [schema],
    );
    const { rows } = await sql.query<{ checksum: string | null; retired: boolean }>(
      'select checksum, retired from event_log.consumer where name = $1 for update',
      [schema],
    );
    if (rows[0]?.retired) throw new Retired(`${schema} was retired`);
    const made = rows[0]?.checksum ?? null;
    if (made === checksum) return;
    if (made !== null) throw new Error(`the tables of ${schema} have changed: raise its version`);
    await sql.query(`drop schema if exists ${quoted(schema)} cascade`);
    await sql.query(`create schema ${quoted(schema)}`);
    await sql.query(`set local search_path = ${quoted(schema)}, public`);
    await sql.query(text);
    await sql.query(
      `update event_log.consumer
       set checksum = $2, position = 0, epoch = epoch + 1, owner = null, built = false, stopped = null
       where name = $1`,
      [schema, checksum],
    );
  });
}

const textOf = async (files: readonly URL[]): Promise<string> =>
  (await Promise.all(files.map((file) => readFile(file, 'utf8'))))
    .join('\n')
    .replaceAll('\r\n', '\n');

/** Makes the indexes that were left for the end, in the transaction that says that the rows have caught up. */
export async function makeIndexes<Event>(
  sql: Sql,
  { indexes = [] }: Projection<Event>,
  schema: string,
): Promise<void> {
  if (indexes.length === 0) return;
  await sql.query(`set local search_path = ${quoted(schema)}, public`);
  // One by one: each has the time of a statement.
  for (const statement of (await textOf(indexes)).split(';')) {
    if (statement.trim() !== '') await sql.query(statement);
  }
}

/** The columns that rows are written to: all but the generated ones, with their types. */
export async function columnsOf(
  sql: Sql,
  schema: string,
  table: string,
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await sql.query<{ name: string; type: string }>(
    `select attname::text as name, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = to_regclass($1) and attnum > 0 and not attisdropped and attgenerated = ''
     order by attnum`,
    [`${quoted(schema)}.${quoted(table)}`],
  );
  if (rows.length === 0) throw new Error(`there is no table ${table} in ${schema}`);
  return new Map(rows.map(({ name, type }) => [name, type]));
}

/**
 * Drops a version that no process uses any more; one that is started later does not build it again. Throws when a process
 * keeps it up to date, and when there is none of that name.
 */
export async function retireProjection(
  database: Database,
  projection: { readonly name: string; readonly version: number },
): Promise<void> {
  const schema = schemaOf(projection);
  if ((await workedFor(database)).includes(schema)) {
    throw new Error(`${schema} is in use: stop the processes of that version first`);
  }
  const { rowCount } = await database.query(
    `update event_log.consumer
     set retired = true, epoch = epoch + 1, owner = null, checksum = null, built = false
     where name = $1`,
    [schema],
  );
  if (rowCount === 0) throw new Error(`there is no read model ${schema}`);
  await database.query(`drop schema if exists ${quoted(schema)} cascade`);
}
