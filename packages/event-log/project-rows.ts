import type { Sql } from '@relais/postgres/database';
import type { Table } from './projection.ts';
import { quoted } from './projection-schema.ts';
import { rowsAsJson } from './row-json.ts';

const rowsPerStatement = 2_000;

export type Row = Record<string, unknown>;

/** What a table looks like in PostgreSQL, and the statements on it. */
export type Prepared<Event> = {
  readonly table: Table<Event>;
  readonly columns: ReadonlyMap<string, string>;
  readonly target: string;
};

/** A row in memory, while the events of a batch go through it. */
export type Entry = { readonly key: Row; row: Row | undefined; changed: boolean };

/** The row's key as text; undefined when columns of it are missing. */
export function keyOf<Event>({ table, columns }: Prepared<Event>, row: Row): string | undefined {
  const values: string[] = [];
  for (const column of table.key) {
    const value = row[column];
    if (value === undefined) return undefined;
    values.push(columns.get(column) === 'uuid' ? String(value).toLowerCase() : String(value));
  }
  return values.length === 1 ? values[0] : JSON.stringify(values);
}

/** Loads rows by the columns `on`. Not a prepared statement: its plan has to fit the size the table has now. */
export async function selectRows<Event>(
  sql: Sql,
  prepared: Prepared<Event>,
  {
    on,
    wanted,
    entries,
  }: { on: readonly string[]; wanted: readonly Row[]; entries: Map<string, Entry> },
): Promise<void> {
  if (wanted.length === 0) return;
  const { columns, target } = prepared;
  const names = [...columns.keys()].map((name) => `t.${quoted(name)}`).join(', ');
  const join = on.map((name) => `t.${quoted(name)} = k.${quoted(name)}`).join(' and ');
  const { rows } = await sql.query(
    `select ${names} from json_populate_recordset(null::${target}, $1) k join ${target} t on ${join}`,
    [rowsAsJson(wanted, on)],
  );
  for (const row of rows) {
    entries.set(keyOf(prepared, row) ?? '', { key: row, row, changed: false });
  }
}

/** Writes the changed rows and removes those that are gone. */
export async function writeRows<Event>(
  sql: Sql,
  { table, columns, target }: Prepared<Event>,
  entries: readonly Entry[],
): Promise<void> {
  const names = [...columns.keys()];
  const list = names.map(quoted).join(', ');
  const set = names
    .filter((name) => !table.key.includes(name))
    .map((name) => `${quoted(name)} = excluded.${quoted(name)}`);
  const upsert = `insert into ${target} (${list})
    select ${list} from json_populate_recordset(null::${target}, $1)
    on conflict (${table.key.map(quoted).join(', ')})
    do ${set.length > 0 ? `update set ${set.join(', ')}` : 'nothing'}`;
  const remove = `delete from ${target} t using json_populate_recordset(null::${target}, $1) k
    where ${table.key.map((name) => `t.${quoted(name)} = k.${quoted(name)}`).join(' and ')}`;
  const kept = entries.map((entry) => entry.row).filter((row) => row !== undefined);
  const gone = entries.filter((entry) => entry.row === undefined).map((entry) => entry.key);
  await inSlices(gone, (rows) => sql.query(remove, [rowsAsJson(rows, table.key)]));
  await inSlices(kept, (rows) => sql.query(upsert, [rowsAsJson(rows, names)]));
}

async function inSlices(rows: Row[], run: (rows: Row[]) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < rows.length; n += rowsPerStatement) {
    await run(rows.slice(n, n + rowsPerStatement));
  }
}
