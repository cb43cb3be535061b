import type { Sql } from '@relais/postgres/database';
import type { Recorded } from './log.ts';
import {
  type Entries,
  type Entry,
  keyOf,
  type Prepared,
  type Statement,
  selectRows,
  statementsOf,
} from './project-rows.ts';
import type { Projection } from './projection.ts';
import { columnsOf, quoted } from './projection-schema.ts';
import type { Row } from './row-text.ts';

/** The rules failed on an event, or their rows do not fit the tables: trying again would fail again. */
export class ApplyFailed extends Error {
  override readonly name = 'ApplyFailed';
}

/**
 * Folds events into the rows they touch, batch after batch, and gives what writes them. A batch is folded while the one before is being written,
 * and from its rows: when that one fails, both are lost, and so is this folder. Throws UnparsableEvent, ApplyFailed.
 */
export type Folder = {
  readonly fold: (sql: Sql, records: readonly Recorded[]) => Promise<readonly Statement[]>;
};

/** Knows the tables of a projection in one schema. */
export async function createFolder<Event>(
  sql: Sql,
  { tables, parse }: Projection<Event>,
  schema: string,
): Promise<Folder> {
  const folding: { prepared: Prepared<Event>; before: Entries }[] = [];
  for (const table of tables) {
    const columns = await columnsOf(sql, schema, table.name);
    const target = `${quoted(schema)}.${quoted(table.name)}`;
    folding.push({ prepared: { table, columns, target }, before: new Map() });
  }
  return {
    async fold(sql, records) {
      const facts = records.map((record) => ({ record, event: parse(record) }));
      const touches = folding.map(({ prepared }) => touchesOf(prepared, facts));
      const loading = folding.map(({ prepared, before }, n) =>
        load(sql, prepared, touches[n] ?? [], before),
      );
      const loaded = await Promise.all(loading);
      const changes: Statement[] = [];
      for (const [n, one] of folding.entries()) {
        const entries = loaded[n] ?? new Map();
        foldTable(one.prepared, touches[n] ?? [], entries);
        one.before = entries;
        changes.push(...statementsOf(one.prepared, entries));
        // What PostgreSQL says of the batch before is heard between two tables, and it goes on.
        if (entries.size > 0) await new Promise(setImmediate);
      }
      return changes;
    },
  };
}

type Fact<Event> = { readonly record: Recorded; readonly event: Event };

/** A row that an event touches, by its key, or all rows with some values. */
type Touch<Event> = Fact<Event> & { readonly key: string | undefined; readonly row: Row };

function touchesOf<Event>(prepared: Prepared<Event>, facts: readonly Fact<Event>[]) {
  const { table } = prepared;
  const touches: Touch<Event>[] = [];
  for (const { record, event } of facts) {
    for (const row of guarded(record, table.touches, event, record)) {
      touches.push({ record, event, row, key: keyOf(prepared, row) });
    }
  }
  return touches;
}

function foldTable<Event>(
  prepared: Prepared<Event>,
  touches: readonly Touch<Event>[],
  entries: Entries,
): void {
  const { table } = prepared;
  for (const touch of touches) {
    const { record, event } = touch;
    for (const entry of entriesOf(entries, touch)) {
      const after = guarded(record, table.fold, entry.row, event, record);
      if (after === entry.row) continue;
      if (after !== undefined) checkRow(prepared, record, entry.key, after);
      entry.row = after;
      entry.isChanged = true;
    }
  }
}

/** Errors of the rules are not those of the infrastructure. */
function guarded<Given extends unknown[], Result>(
  record: Recorded,
  rule: (...given: Given) => Result,
  ...given: Given
): Result {
  try {
    return rule(...given);
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
  let stranger: string | undefined;
  for (const column in row) if (!columns.has(column)) stranger = column;
  const moved = table.key.find(
    (column) => row[column] !== key[column] && String(row[column]) !== String(key[column]),
  );
  if (stranger === undefined && moved === undefined) return;
  const what = stranger
    ? `there is no column ${stranger}`
    : `the key column ${moved} must not change`;
  throw new ApplyFailed(`${record.type} at position ${record.position}: ${target}: ${what}`);
}

/** Rows chosen by other columns than the key are those that have these values after the events so far. */
function entriesOf<Event>(entries: Entries, { key, row }: Touch<Event>): Entry[] {
  if (key !== undefined) {
    const entry = entries.get(key);
    return entry ? [entry] : [];
  }
  const wanted = Object.entries(row);
  return [...entries.values()].filter((entry) =>
    wanted.every(([column, value]) => entry.row && entry.row[column] === value),
  );
}

/** The rows that a batch touches: as the batch before left them, or as they are stored. */
async function load<Event>(
  sql: Sql,
  prepared: Prepared<Event>,
  touches: readonly Touch<Event>[],
  before: Entries,
): Promise<Entries> {
  const { key, insertOnly = false } = prepared.table;
  const { byKey, opened, byColumns } = wantedOf(prepared, touches);
  const entries: Entries = new Map();
  const put = (text: string, key: Row, row: Row | undefined) => {
    if (entries.has(text)) return;
    entries.set(text, { key, row, isStored: row !== undefined, isChanged: false });
  };
  // What the batch before has changed may have the wanted values now, or have them no more.
  for (const [text, { key, row }] of before) {
    if (opened.delete(text) || byKey.delete(text) || byColumns.size > 0) put(text, key, row);
  }
  for (const [text, row] of opened) put(text, row, undefined);
  const stored = insertOnly
    ? []
    : await Promise.all([
        selectRows(sql, prepared, key, [...byKey.values()]),
        ...[...byColumns.values()].map((row) => selectRows(sql, prepared, Object.keys(row), [row])),
      ]);
  for (const row of stored.flat()) put(keyOf(prepared, row) ?? '', row, row);
  for (const [text, row] of byKey) put(text, row, undefined);
  return entries;
}

function wantedOf<Event>({ table }: Prepared<Event>, touches: readonly Touch<Event>[]) {
  const byKey = new Map<string, Row>();
  const opened = new Map<string, Row>();
  const byColumns = new Map<string, Row>();
  for (const { key, row, record } of touches) {
    if (key === undefined) byColumns.set(JSON.stringify(row), row);
    else if (!byKey.has(key) && table.opens?.(row, record)) opened.set(key, row);
    else if (!opened.has(key)) byKey.set(key, row);
  }
  return { byKey, opened, byColumns };
}
