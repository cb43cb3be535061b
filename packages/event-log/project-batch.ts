import type { Sql } from '@relais/postgres/database';
import type { Recorded } from './log.ts';
import {
  type Entry,
  keyOf,
  type Prepared,
  type Row,
  selectRows,
  writeRows,
} from './project-rows.ts';
import type { Projection } from './projection.ts';
import { columnsOf, quoted } from './projection-schema.ts';

type Parsed<Event> = { readonly record: Recorded; readonly event: Event };

/** Parses the events of a batch; throws UnparsableEvent. */
export const parseAll = <Event>(
  { parse }: Projection<Event>,
  records: readonly Recorded[],
): Parsed<Event>[] => records.map((record) => ({ record, event: parse(record) }));

/** The rules failed on an event, or their rows do not fit the tables: trying again would fail again. */
export class ApplyFailed extends Error {
  override readonly name = 'ApplyFailed';
}

export type BatchWriter<Event> = {
  /** Folds events into the rows they touch, within the transaction of `sql`. */
  readonly apply: (sql: Sql, parsed: readonly Parsed<Event>[]) => Promise<void>;
};

/** Knows the tables of a projection in one schema. */
export async function createBatchWriter<Event>(
  sql: Sql,
  { tables }: Projection<Event>,
  schema: string,
): Promise<BatchWriter<Event>> {
  const prepared: Prepared<Event>[] = [];
  for (const table of tables) {
    const columns = await columnsOf(sql, schema, table.name);
    prepared.push({ table, columns, target: `${quoted(schema)}.${quoted(table.name)}` });
  }
  return {
    async apply(sql, parsed) {
      for (const one of prepared) await applyTable(sql, one, parsed);
    },
  };
}

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
  await writeRows(
    sql,
    prepared,
    [...entries.values()].filter((entry) => entry.changed),
  );
}

/** Errors of the rules are not those of the infrastructure. */
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
  if (prepared.table.insertOnly) return entries;
  const byKey = [...entries.values()].map((entry) => entry.key);
  await selectRows(sql, prepared, { on: prepared.table.key, wanted: byKey, entries });
  for (const row of byColumns.values()) {
    await selectRows(sql, prepared, { on: Object.keys(row), wanted: [row], entries });
  }
  return entries;
}
