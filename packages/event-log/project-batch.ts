import type { Sql } from '@relais/postgres/database';
import type { Recorded } from './log.ts';
import type { Projection, Table } from './projection.ts';
import { columnsOf, quoted } from './projection-schema.ts';
import { rowsAsJson } from './row-json.ts';

const rowsPerStatement = 2_000;

type Row = Record<string, unknown>;
type Parsed<Event> = { readonly record: Recorded; readonly event: Event };

/** The rules failed on an event, or their rows do not fit the tables: trying again would fail again. */
export class ApplyFailed extends Error {
  override readonly name = 'ApplyFailed';
}

/** What a table looks like in PostgreSQL, and the statements on it. */
type Prepared<Event> = {
  readonly table: Table<Event>;
  readonly columns: ReadonlyMap<string, string>;
  readonly target: string;
};

export type BatchWriter = {
  /** Folds the records into the rows they touch, within the transaction of `sql`. */
  readonly apply: (sql: Sql, records: readonly Recorded[]) => Promise<void>;
};

/** Knows the tables of a projection in one schema. */
export async function createBatchWriter<Event>(
  sql: Sql,
  { parse, tables }: Projection<Event>,
  schema: string,
): Promise<BatchWriter> {
  const prepared: Prepared<Event>[] = [];
  for (const table of tables) {
    const columns = await columnsOf(sql, schema, table.name);
    prepared.push({ table, columns, target: `${quoted(schema)}.${quoted(table.name)}` });
  }
  return {
    async apply(sql, records) {
      const parsed = records.map((record) => ({ record, event: parse(record) }));
      for (const one of prepared) await applyTable(sql, one, parsed);
    },
  };
}

/** A row in memory, while the events of a batch go through it. */
type Entry = { readonly key: Row; row: Row | undefined; changed: boolean };

type Touch = { readonly key: string | undefined; readonly row: Row };

async function applyTable<Event>(
  sql: Sql,
  prepared: Prepared<Event>,
  parsed: readonly Parsed<Event>[],
): Promise<void> {
  const { table } = prepared;
  const touched = parsed.map(({ event, record }) =>
    guarded(record, () => table.touches(event, record)).map((row) => ({
      key: keyOf(prepared, row),
      row,
    })),
  );
  const entries = await load(sql, prepared, touched.flat());
  for (const [n, { event, record }] of parsed.entries()) {
    for (const touch of touched[n] ?? []) {
      for (const entry of entriesOf(entries, touch)) {
        const after = guarded(record, () => table.fold(entry.row, event, record));
        if (after === entry.row) continue;
        if (after !== undefined) checkRow(prepared, record, entry.key, after);
        entry.row = after;
        entry.changed = true;
      }
    }
  }
  await write(
    sql,
    prepared,
    [...entries.values()].filter((entry) => entry.changed),
  );
}

/** Errors of the rules are not errors of the infrastructure. */
function guarded<Result>(record: Recorded, rule: () => Result): Result {
  try {
    return rule();
  } catch (error) {
    const where = `${record.type} at position ${record.position} of ${record.stream}`;
    throw new ApplyFailed(`${where}: ${String(error)}`, { cause: error });
  }
}

function checkRow<Event>(
  { table, columns, target }: Prepared<Event>,
  record: Recorded,
  key: Row,
  row: Row,
): void {
  const stranger = Object.keys(row).find((column) => !columns.has(column));
  const moved = table.key.find((column) => String(row[column]) !== String(key[column]));
  if (stranger === undefined && moved === undefined) return;
  const what = stranger
    ? `there is no column ${stranger}`
    : `the key column ${moved} must not change`;
  throw new ApplyFailed(`${record.type} at position ${record.position}: ${target}: ${what}`);
}

/** The row's key as text; undefined when columns of it are missing. */
function keyOf<Event>({ table, columns }: Prepared<Event>, row: Row): string | undefined {
  const values: string[] = [];
  for (const column of table.key) {
    const value = row[column];
    if (value === undefined) return undefined;
    values.push(columns.get(column) === 'uuid' ? String(value).toLowerCase() : String(value));
  }
  return values.length === 1 ? values[0] : JSON.stringify(values);
}

/** Rows chosen by other columns than the key are those that have these values after the events so far. */
function entriesOf(entries: ReadonlyMap<string, Entry>, { key, row }: Touch): Entry[] {
  if (key !== undefined) {
    const entry = entries.get(key);
    return entry ? [entry] : [];
  }
  const wanted = Object.entries(row);
  return [...entries.values()].filter((entry) =>
    wanted.every(([column, value]) => entry.row && entry.row[column] === value),
  );
}

async function load<Event>(
  sql: Sql,
  prepared: Prepared<Event>,
  touched: readonly Touch[],
): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const byColumns = new Map<string, Row>();
  for (const { key, row } of touched) {
    if (key === undefined) byColumns.set(JSON.stringify(row), row);
    else if (!entries.has(key)) entries.set(key, { key: row, row: undefined, changed: false });
  }
  const byKey = [...entries.values()].map((entry) => entry.key);
  await select(sql, prepared, { on: prepared.table.key, wanted: byKey, entries });
  for (const row of byColumns.values()) {
    await select(sql, prepared, { on: Object.keys(row), wanted: [row], entries });
  }
  return entries;
}

/** Not a prepared statement: its plan has to fit the size the table has now. */
async function select<Event>(
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

async function write<Event>(
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
