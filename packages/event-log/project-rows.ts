import type { Sql, Transaction } from '@relais/postgres/database';
import type { Table } from './projection.ts';
import { quoted } from './projection-schema.ts';
import { type Row, rowsAsText } from './row-text.ts';

const rowsPerStatement = 2_000;

/** What a table looks like in PostgreSQL. */
export type Prepared<Event> = {
  readonly table: Table<Event>;
  readonly columns: ReadonlyMap<string, string>;
  readonly target: string;
};

/** A row in memory, while the events of a batch go through it. */
export type Entry = {
  readonly key: Row;
  row: Row | undefined;
  /** Whether the table holds it, once what came before is committed. */
  readonly isStored: boolean;
  isChanged: boolean;
};
export type Entries = Map<string, Entry>;

/** The row's key as text; undefined when columns of it are missing. */
export function keyOf<Event>({ table, columns }: Prepared<Event>, row: Row): string | undefined {
  const [only, ...more] = table.key;
  if (only !== undefined && more.length === 0) return keyText(columns, only, row);
  const values: string[] = [];
  for (const column of table.key) {
    const value = keyText(columns, column, row);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return JSON.stringify(values);
}

function keyText(
  columns: ReadonlyMap<string, string>,
  column: string,
  row: Row,
): string | undefined {
  const value = row[column];
  if (value === undefined) return undefined;
  return columns.get(column) === 'uuid' ? String(value).toLowerCase() : String(value);
}

/** Rows that have one of the wanted values in the columns `on`. Not a prepared statement: its plan has to fit the size the table has now. */
export async function selectRows<Event>(
  sql: Sql,
  { columns, target }: Prepared<Event>,
  on: readonly string[],
  wanted: readonly Row[],
): Promise<Row[]> {
  if (wanted.length === 0) return [];
  const names = [...columns.keys()].map((name) => `t.${quoted(name)}`).join(', ');
  const { from, values } = wantedRows(columns, on, wanted);
  const join = on.map((name) => `t.${quoted(name)} = k.${quoted(name)}`).join(' and ');
  const { rows } = await sql.query(
    `select ${names} from ${from} join ${target} t on ${join}`,
    values,
  );
  return rows;
}

/** A table `k` of the values that rows have in some columns. */
function wantedRows(
  columns: ReadonlyMap<string, string>,
  on: readonly string[],
  wanted: readonly Row[],
): { from: string; values: unknown[][] } {
  const arrays = on.map((name, index) => `$${index + 1}::${columns.get(name)}[]`).join(', ');
  const from = `unnest(${arrays}) k (${on.map(quoted).join(', ')})`;
  return { from, values: on.map((name) => wanted.map((row) => row[name])) };
}

/** A part of what a batch writes; its rows are text already. */
export type Statement = (sql: Transaction) => Promise<unknown>;

/** What replaces the changed rows: those that were there go, those that are there now come. For one writer at a time. */
export function statementsOf<Event>(
  { table, columns, target }: Prepared<Event>,
  entries: Entries,
): Statement[] {
  const changed = [...entries.values()].filter((entry) => entry.isChanged);
  const before = changed.filter((entry) => entry.isStored).map(({ key }) => key);
  const after = changed.map(({ row }) => row).filter((row) => row !== undefined);
  const names = [...columns.keys()].map(quoted).join(', ');
  const join = table.key.map((name) => `t.${quoted(name)} = k.${quoted(name)}`).join(' and ');
  return [
    ...slices(before).map((keys): Statement => {
      const { from, values } = wantedRows(columns, table.key, keys);
      return (sql) => sql.query(`delete from ${target} t using ${from} where ${join}`, values);
    }),
    ...slices(after).map((rows): Statement => {
      const text = rowsAsText(rows, columns);
      return (sql) => sql.copy(`copy ${target} (${names}) from stdin`, text);
    }),
  ];
}

function slices(rows: readonly Row[]): Row[][] {
  const all: Row[][] = [];
  for (let n = 0; n < rows.length; n += rowsPerStatement) {
    all.push(rows.slice(n, n + rowsPerStatement));
  }
  return all;
}
