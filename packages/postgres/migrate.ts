import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { escapeIdentifier, type PoolClient, type QueryResult } from 'pg';
import type { Database } from './database.ts';

export type Migrations = {
  /** Created when missing. Unqualified names in the files are made in it, and looked up in it, then in `public`. */
  readonly schema: string;
  /** Folder of `<number>-<name>.sql` files. */
  readonly migrations: string | URL;
};

type Migration = {
  readonly number: number;
  readonly name: string;
  readonly text: string;
  readonly checksum: string;
};

/** Waiting for another process's migration, or building an index on a large table, may take a while. */
const migrationMaxMs = 15 * 60_000;

/**
 * Applies what is missing, in the order of the numbers, all in one transaction, and gives the names it applied. Processes
 * that start at once wait for each other. Throws, changing nothing, when a file that was applied has changed or is gone.
 */
export async function migrate(database: Database, options: Migrations): Promise<string[]> {
  const shipped = await readMigrations(options.migrations);
  const client = await database.client();
  let broken = true;
  try {
    await statement(client, 'begin');
    const applied = await applyMissing(client, options.schema, shipped).catch(async (error) => {
      await statement(client, 'rollback');
      broken = false;
      throw error;
    });
    await statement(client, 'commit');
    broken = false;
    return applied;
  } finally {
    client.release(broken);
  }
}

async function applyMissing(
  client: PoolClient,
  schema: string,
  shipped: readonly Migration[],
): Promise<string[]> {
  await statement(client, `set local statement_timeout = ${migrationMaxMs}`);
  // One lock for every schema of the database: `create extension if not exists` races too.
  await statement(client, "select pg_advisory_xact_lock(hashtextextended('relais.migrate', 0))");
  await statement(client, `create schema if not exists ${escapeIdentifier(schema)}`);
  await statement(client, `set local search_path = ${escapeIdentifier(schema)}, public`);
  await statement(
    client,
    `create table if not exists ${escapeIdentifier(schema)}.migration (
       number integer primary key,
       name text not null,
       checksum text not null,
       applied_at timestamptz not null default now()
     )`,
  );
  const { rows } = await statement(
    client,
    `select number, name, checksum from ${escapeIdentifier(schema)}.migration order by number`,
  );
  const missing = missingAfter(schema, shipped, rows as Omit<Migration, 'text'>[]);
  for (const { number, name, text, checksum } of missing) {
    await statement(client, text).catch((error: unknown) => {
      throw new Error(`migration ${schema}/${name} failed: ${String(error)}`, { cause: error });
    });
    await statement(
      client,
      `insert into ${escapeIdentifier(schema)}.migration (number, name, checksum) values ($1, $2, $3)`,
      [number, name, checksum],
    );
  }
  return missing.map(({ name }) => name);
}

function missingAfter(
  schema: string,
  shipped: readonly Migration[],
  applied: readonly Omit<Migration, 'text'>[],
): readonly Migration[] {
  for (const [index, before] of applied.entries()) {
    const now = shipped[index];
    if (now?.number !== before.number) {
      throw new Error(
        `migration ${schema}/${before.name} was applied to this database, but this version of the code does not have it`,
      );
    }
    if (now.checksum !== before.checksum) {
      throw new Error(
        `migration ${schema}/${now.name} has changed after it was applied; write a new one instead`,
      );
    }
  }
  return shipped.slice(applied.length);
}

async function readMigrations(folder: string | URL): Promise<Migration[]> {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder);
  const names = (await readdir(path)).filter((name) => name.endsWith('.sql'));
  const migrations = await Promise.all(
    names.map(async (name): Promise<Migration> => {
      const number = Number.parseInt(name, 10);
      if (!(number > 0)) throw new Error(`${join(path, name)}: the name must start with a number`);
      // A checkout may turn line ends around.
      const text = (await readFile(join(path, name), 'utf8')).replaceAll('\r\n', '\n');
      const checksum = createHash('sha256').update(text).digest('hex');
      return { number, name, text, checksum };
    }),
  );
  migrations.sort((one, other) => one.number - other.number);
  const twin = migrations.find(({ number }, index) => migrations[index + 1]?.number === number);
  if (twin)
    throw new Error(`${join(path, twin.name)}: two migrations have the number ${twin.number}`);
  return migrations;
}

const statement = (
  client: PoolClient,
  text: string,
  values?: unknown[],
): Promise<QueryResult<Record<string, unknown>>> => {
  // The driver has this option for each query, its types do not; without it the pool's time-out holds.
  const query = { text, query_timeout: migrationMaxMs, ...(values && { values }) };
  return client.query(query);
};
