import type { Sql } from '@relais/postgres/database';
import { emptyRecords, type ImportRow } from '../imports/spool.ts';
import { type CsvEncoding, csvRecords } from '../reading/csv-records.ts';
import { Unreadable } from '../reading/read.ts';
import { checkColumns, type FileFinding, recordOf, requiredTables } from './columns.ts';
import type { Package, PackageFile } from './open-package.ts';
import { linkColumn, type Table, tables } from './tables.ts';

/** What is held before it is written. */
const batchRows = 1_000;
const batchBytes = 4 * 1024 ** 2;
/** Identifiers are kept in indexes. */
const idMax = 400;

/** Where a record is nested: the list of another record. */
export const placeOf = (parent: string, id: string, table: string): string =>
  `${parent} ${id} ${table}`;

type Row = {
  readonly place: string;
  readonly seq: number;
  readonly file: string;
  readonly line: number;
  readonly table: string;
  readonly id: string;
  readonly size: number;
  readonly record: object;
};

/** What tables were read: `nested` has `service attribute` where an attribute of a service was among them. */
export type Recorded = {
  readonly nested: ReadonlySet<string>;
  readonly findings: readonly FileFinding[];
};

/** Writes the records of all tables down, a batch at a time. Throws Unreadable, which names the file. */
export async function writeRecords(
  sql: Sql,
  { id, terms }: Pick<ImportRow, 'id' | 'terms'>,
  { files, unknown }: Package,
  signal: AbortSignal,
): Promise<Recorded> {
  for (const name of requiredTables) {
    if (files.some(({ table }) => table.name === name)) continue;
    throw new Unreadable('table-missing', { file: tables.get(name)?.path ?? name });
  }
  await emptyRecords(sql, id);
  const nested = new Set<string>();
  const findings = unknown.map((file): FileFinding => {
    return { file, line: null, field: '', code: 'unknown-file' };
  });
  const writer = new Writer(sql, id);
  // Neither is used for anything here, and both may be long.
  for (const file of files.filter(({ table }) => !unused.has(table.name))) {
    const context = { nested, findings, writer, signal };
    await writeTable(file, terms.encoding, context);
  }
  await writer.flush();
  return { nested, findings };
}

const unused: ReadonlySet<string> = new Set(['metadata', 'meta_table_description']);

type Context = {
  readonly nested: Set<string>;
  readonly findings: FileFinding[];
  readonly writer: Writer;
  readonly signal: AbortSignal;
};

async function writeTable(
  { table, file, size, bytes }: PackageFile,
  encoding: CsvEncoding,
  { nested, findings, writer, signal }: Context,
): Promise<void> {
  const columns: string[] = [];
  const check = () => findings.push(...checkColumns(table, file, columns));
  if (size === 0) return void check();
  let isChecked = false;
  try {
    const records = csvRecords(bytes(), { list: file, encoding, columns });
    for await (const read of records) {
      if (!isChecked) check();
      isChecked = true;
      if (read.read !== 'record') continue;
      const record = recordOf(table, read.record);
      const places = placesOf(table, record);
      for (const { parent } of places) nested.add(`${parent} ${table.name}`);
      const id = String(record.id ?? '').slice(0, idMax);
      const row = { file, line: read.line, table: table.name, id, record };
      await writer.write(
        row,
        places.length === 0 ? [table.name] : places.map(({ place }) => place),
        signal,
      );
    }
    if (!isChecked) check();
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    throw new Unreadable(error.code, { file, ...error.place });
  }
}

/** The lists in which a record stands. One that names none stands by itself, as organizations and services do. */
function placesOf(
  { name }: Table,
  record: { readonly [column: string]: string | number },
): { readonly parent: string; readonly place: string }[] {
  const parentsOf = nestedIn.get(name) ?? [];
  const linked = name === 'attribute' ? linkedTable(record.link_entity) : undefined;
  return parentsOf.flatMap(({ parent, column }) => {
    const id = record[column];
    if (id === undefined || (column === linkColumn && parent !== linked)) return [];
    return [{ parent, place: placeOf(parent, String(id).slice(0, idMax), name) }];
  });
}

/** Tables are named `service` or, by some, `Services`. */
const linkedTable = (name: string | number | undefined): string | undefined => {
  const plain = String(name).toLowerCase().trim();
  return [...tables.values()].find((table) => plain === table.name || `${plain}.csv` === table.path)
    ?.name;
};

const nestedIn: ReadonlyMap<string, readonly { parent: string; column: string }[]> = new Map(
  [...tables.keys()].map((name) => [
    name,
    [...tables.values()].flatMap(({ name: parent, children }) =>
      children.filter(({ table }) => table === name).map(({ column }) => ({ parent, column })),
    ),
  ]),
);

class Writer {
  readonly sql: Sql;
  readonly id: string;
  rows: Row[] = [];
  bytes = 0;
  seq = 0;

  constructor(sql: Sql, id: string) {
    this.sql = sql;
    this.id = id;
  }

  async write(
    row: Omit<Row, 'seq' | 'place' | 'size'>,
    places: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const size = Buffer.byteLength(JSON.stringify(row.record));
    for (const place of places) this.rows.push({ ...row, size, place, seq: this.seq });
    this.seq++;
    this.bytes += size * places.length;
    if (this.rows.length < batchRows && this.bytes < batchBytes) return;
    signal.throwIfAborted();
    await this.flush();
  }

  async flush(): Promise<void> {
    await this.sql.query(
      `insert into exchange.record (import, place, seq, file, line, "table", id, size, record)
       select $1, place, seq, file, line, "table", id, size, record
       from jsonb_to_recordset($2::jsonb) as given (place text, seq bigint, file text, line bigint,
         "table" text, id text, size int, record jsonb)`,
      [this.id, JSON.stringify(this.rows)],
      'exchange-record',
    );
    this.rows = [];
    this.bytes = 0;
  }
}
