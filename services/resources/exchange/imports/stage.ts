import { createHash, type Hash } from 'node:crypto';
import type { Sql } from '@relais/postgres/database';
import { isRefusal } from '../described.ts';
import { columnName, csvRecords } from '../reading/csv-records.ts';
import { jsonElements } from '../reading/json-elements.ts';
import { type Read, Unreadable } from '../reading/read.ts';
import { packageRecords } from '../tabular/read-package.ts';
import { type Document, formatOf } from './format.ts';
import { writeReport } from './report.ts';
import { bytesBetween, emptyStaged, type ImportRow } from './spool.ts';

/** What is held in memory until it is written: so many entries, and so much text of theirs. */
const batchRows = 500;
const batchText = 4 * 1024 * 1024;

/**
 * Reads a whole file into rows, before anything of it is applied: what an organisation has may stand anywhere in it. A
 * try that was interrupted begins anew. Gives the file's SHA-256. Throws Unreadable.
 */
export async function stage(sql: Sql, row: ImportRow, signal: AbortSignal): Promise<string> {
  await emptyStaged(sql, row.id);
  const { documents } = formatOf(row.terms.format);
  const hash = createHash('sha256');
  let batch: string[] = [];
  let length = 0;
  let seq = 0;
  const flush = async (): Promise<void> => {
    signal.throwIfAborted();
    await insert(sql, row.id, batch, seq);
    batch = [];
    length = 0;
  };
  try {
    for await (const read of readsOf(sql, row, hash, signal)) {
      for (const document of documents(read, row.terms)) {
        const text = rowText(document, seq++, read.line);
        batch.push(text);
        length += text.length;
      }
      if (batch.length >= batchRows || length >= batchText) await flush();
    }
    if (seq === 0) throw new Unreadable('empty');
  } catch (error) {
    if (error instanceof Unreadable) await reportUnreadable(sql, row.id, error);
    throw error;
  }
  await flush();
  return hash.digest('hex');
}

async function* readsOf(
  sql: Sql,
  row: ImportRow,
  hash: Hash,
  signal: AbortSignal,
): AsyncGenerator<Read> {
  const { format } = row.terms;
  const bytes = hashed(bytesBetween(sql, row.id, 0n, row.size), hash);
  if (format === 'csv') yield* mappedRecords(bytes, row.terms);
  else if (format !== 'hsds-tabular') yield* jsonElements(bytes);
  else {
    // A package is not read from its beginning to its end.
    for await (const _ of bytes) signal.throwIfAborted();
    yield* packageRecords(sql, row, signal);
  }
}

/** A column that the mapping names and nobody finds would be missing in each line, and all that it told be retired. */
async function* mappedRecords(
  bytes: AsyncIterable<Buffer>,
  { encoding, mapping }: ImportRow['terms'],
): AsyncGenerator<Read> {
  const columns: string[] = [];
  const named = Object.values(mapping);
  let isChecked = false;
  for await (const read of csvRecords(bytes, { encoding, columns })) {
    if (!isChecked) checkColumns(columns, named);
    isChecked = true;
    yield read;
  }
}

/** Of two columns of one name nobody can say which is meant. */
function checkColumns(columns: readonly string[], named: readonly string[]): void {
  const missing = named.find((column) => !columns.includes(columnName(column)));
  if (missing !== undefined) throw new Unreadable('column-missing', { line: 1, field: missing });
  const used = named.length > 0 ? named.map(columnName) : columns.filter((name) => name !== '');
  const twice = used.find((name) => columns.indexOf(name) < columns.lastIndexOf(name));
  if (twice !== undefined) throw new Unreadable('not-csv', { line: 1, field: twice });
}

/** Of a package, which of its files it is about. */
async function reportUnreadable(sql: Sql, id: string, { code, place }: Unreadable): Promise<void> {
  const { file, line, field = '' } = place;
  if (file === undefined && line === undefined) return;
  const told = { kind: 'entry', entry: file ?? '', organisation: null, effect: 'none' } as const;
  await writeReport(sql, id, [
    {
      ...{ ...told, seq: 0n, line: line === undefined ? null : BigInt(line), outcome: 'refused' },
      findings: [{ field, code }],
    },
  ]);
}

async function* hashed(bytes: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}

/** NUL and halves of characters, as JSON escapes them; not a backslash before `u0000`. */
const unstorable = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

/**
 * A row as JSON that PostgreSQL takes. What no text of its can hold becomes a control character, which whoever reads the
 * document takes out and notes.
 */
function rowText(document: Document, seq: number, line: number): string {
  const isRefused = document.findings.some(isRefusal);
  const kept = isRefused ? { ...document, document: null } : document;
  return JSON.stringify({ ...kept, seq, line }).replace(unstorable, '$1\\u0001');
}

/**
 * Of two documents with one identifier nobody can say which is right: the later one is refused. Of an organisation that
 * stands within each of its services the first is enough.
 */
const insert = (sql: Sql, id: string, batch: readonly string[], entries: number) =>
  sql.query(
    `with read as (update exchange.import set entries = $3 where id = $1 and state = 'uploaded'),
     given as (
       select *, row_number() over (partition by kind, id order by seq) > 1 or exists (
         select from exchange.staged earlier
         where earlier.import = $1 and earlier.kind = found.kind and earlier.id = found.id
       ) as is_again
       from jsonb_to_recordset($2::jsonb) as found (seq bigint, line bigint, kind text, id text,
         organisation text, document jsonb, findings jsonb))
     insert into exchange.staged
       (import, seq, line, kind, id, organisation, document, findings, size)
     select $1, seq, line, kind, id, organisation,
       case when is_twin then null else document end,
       case when is_twin then findings || '[{"field": "id", "code": "listed-twice"}]' else findings end,
       coalesce(pg_column_size(document), 0)
     from given, lateral (
       select is_again and id <> '' and kind in ('organisation', 'offer') as is_twin) twin
     where not (is_again and kind = 'embedded')`,
    // Planned for the table as it is: it grows while this runs.
    [id, `[${batch.join(',')}]`, entries],
  );
