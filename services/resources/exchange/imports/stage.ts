import { createHash, type Hash } from 'node:crypto';
import type { Sql } from '@relais/postgres/database';
import { isRefusal } from '../described.ts';
import { csvRecords } from '../reading/csv-records.ts';
import { jsonElements } from '../reading/json-elements.ts';
import { type Read, Unreadable } from '../reading/read.ts';
import { packageRecords } from '../tabular/read-package.ts';
import { type Document, formatOf } from './format.ts';
import { writeReport } from './report.ts';
import { bytesBetween, type ImportRow } from './spool.ts';

const batchRows = 500;

/**
 * Reads a whole file into rows, before anything of it is applied: what an organisation has may stand anywhere in it. A
 * try that was interrupted begins anew. Gives the file's SHA-256. Throws Unreadable.
 */
export async function stage(sql: Sql, row: ImportRow, signal: AbortSignal): Promise<string> {
  await sql.query('delete from exchange.staged where import = $1', [row.id]);
  const { documents } = formatOf(row.terms.format);
  const hash = createHash('sha256');
  let batch: (Document & { seq: number; line: number })[] = [];
  let seq = 0;
  const flush = async (): Promise<void> => {
    signal.throwIfAborted();
    await insert(sql, row.id, batch, seq);
    batch = [];
  };
  try {
    for await (const read of readsOf(sql, row, hash, signal)) {
      for (const document of documents(read, row.terms)) {
        batch.push({ ...document, seq: seq++, line: read.line });
      }
      if (batch.length >= batchRows) await flush();
    }
  } catch (error) {
    if (error instanceof Unreadable) await reportUnreadable(sql, row.id, error);
    throw error;
  }
  await flush();
  await refuseTwins(sql, row.id);
  await sql.query(
    `update exchange.import set state = 'applying', organisations =
       (select count(distinct organisation) from exchange.staged where import = $1) where id = $1`,
    [row.id],
  );
  return hash.digest('hex');
}

async function* readsOf(
  sql: Sql,
  row: ImportRow,
  hash: Hash,
  signal: AbortSignal,
): AsyncGenerator<Read> {
  const { format, encoding } = row.terms;
  const bytes = hashed(bytesBetween(sql, row.id, 0n, row.size), hash);
  if (format === 'csv') yield* csvRecords(bytes, { encoding });
  else if (format !== 'hsds-tabular') yield* jsonElements(bytes);
  else {
    // A package is not read from its beginning to its end.
    for await (const _ of bytes) signal.throwIfAborted();
    yield* packageRecords(sql, row, signal);
  }
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

async function insert(
  sql: Sql,
  id: string,
  batch: readonly (Document & { seq: number; line: number })[],
  entries: number,
): Promise<void> {
  const refused = batch.map((one) => ({
    ...one,
    document: one.findings.some(isRefusal) ? null : one.document,
  }));
  await sql.query(
    `with read as (update exchange.import set entries = $3 where id = $1)
     insert into exchange.staged (import, seq, line, kind, id, organisation, document, findings)
     select $1, seq, line, kind, id, organisation, document, findings
     from jsonb_to_recordset($2::jsonb) as given (seq bigint, line bigint, kind text, id text,
       organisation text, document jsonb, findings jsonb)`,
    [id, JSON.stringify(refused).replaceAll('\\u0000', ''), entries],
    'exchange-stage',
  );
}

/** Of two documents with one identifier nobody can say which is right: the later one is refused. */
const refuseTwins = (sql: Sql, id: string) =>
  sql.query(
    `update exchange.staged later set document = null,
       findings = later.findings || '[{"field": "id", "code": "listed-twice"}]'
     where later.import = $1 and later.kind in ('organisation', 'offer') and later.id <> '' and exists (
       select from exchange.staged earlier where earlier.import = $1 and earlier.kind = later.kind
         and earlier.id = later.id and earlier.seq < later.seq)`,
    [id],
  );
