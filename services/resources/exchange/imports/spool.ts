/** Imports as they run, and the bytes of their files: kept in PostgreSQL, so that any process goes on with them. */
import type { ImportState } from '@relais/contracts/import-views';
import type { ImportCounts, StartImport } from '@relais/contracts/imports';
import type { Sql } from '@relais/postgres/database';

/** For `migrate`: the tables of imports. */
export const exchangeMigrations = {
  schema: 'exchange',
  migrations: new URL('../migrations/', import.meta.url),
};

/** Of a file, read at once: it comes as hexadecimal text, and the driver doubles a buffer until that fits. */
const partBytes = 32 * 1024;

export type ImportRow = {
  readonly id: string;
  readonly association: string;
  readonly client: string;
  readonly format: string;
  readonly source: string;
  readonly terms: StartImport;
  readonly state: ImportState;
  readonly size: bigint;
  readonly received: bigint;
  readonly entries: bigint;
  readonly organisations: bigint;
  readonly organisations_done: bigint;
  readonly uploaded_at: string | null;
  readonly sha256: string | null;
  readonly done_to: string | null;
  readonly counts: ImportCounts | null;
  readonly reason: string | null;
  readonly started_at: string;
};

/** Makes the row of an import that the log knows of; one that is there stays as it is. */
export async function openSpool(
  sql: Sql,
  given: { id: string; association: string; client: string; startedAt: string },
  terms: StartImport,
): Promise<void> {
  const { id, association, client, startedAt } = given;
  await sql.query(
    `insert into exchange.import (id, association, client, format, source, terms, size, started_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    [id, association, client, terms.format, terms.source, terms, terms.size, startedAt],
  );
}

/** For these associations; undefined for one that is not theirs or not there. */
export async function findImport(
  sql: Sql,
  id: string,
  associations: readonly string[],
): Promise<ImportRow | undefined> {
  const { rows } = await sql.query<ImportRow>(
    'select * from exchange.import where id = $1 and association = any($2::uuid[])',
    [id, associations],
    'exchange-import',
  );
  return rows[0];
}

/** The latest first. */
export async function listImports(
  sql: Sql,
  {
    associations,
    sha256,
  }: { readonly associations: readonly string[]; readonly sha256: string | undefined },
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<ImportRow[]> {
  const { rows } = await sql.query<ImportRow>(
    `select * from exchange.import where association = any($1::uuid[])
       and ($2::timestamptz is null or (started_at, id) < ($2, $3::uuid))
       and ($4::text is null or terms ->> 'sha256' = $4)
     order by started_at desc, id desc limit $5`,
    [associations, after?.[0] ?? null, after?.[1] ?? null, sha256 ?? null, limit],
    'exchange-imports',
  );
  return rows;
}

export async function countUnfinished(sql: Sql, association: string): Promise<number> {
  const { rows } = await sql.query<{ count: bigint }>(
    `select count(*) from exchange.import
     where association = $1 and state in ('uploading', 'uploaded', 'applying')`,
    [association],
  );
  return Number(rows[0]?.count ?? 0n);
}

/** Puts bytes behind those that are there. False when they are not wanted there any more: somebody was faster. */
export async function putBytes(
  sql: Sql,
  id: string,
  start: bigint,
  bytes: Buffer,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `with moved as (
       update exchange.import set
         received = received + $3, touched_at = $5,
         state = case when received + $3 = size then 'uploaded' else state end,
         uploaded_at = case when received + $3 = size then $5 else uploaded_at end
       where id = $1 and received = $2 and received + $3 <= size and state = 'uploading'
       returning id)
     insert into exchange.chunk (import, start, bytes) select id, $2, $4 from moved`,
    [id, start, bytes.length, bytes, now],
    'exchange-put',
  );
  return rowCount === 1;
}

/** The file's bytes from one place to another, a part of a chunk at a time. */
export async function* bytesBetween(
  sql: Sql,
  id: string,
  from: bigint,
  to: bigint,
): AsyncGenerator<Buffer> {
  for (let at = from; at < to; ) {
    const { rows } = await sql.query<{ part: Buffer }>(
      `select substring(bytes from ($2::bigint - start)::int + 1 for $3) as part
       from exchange.chunk where import = $1 and start <= $2::bigint order by start desc limit 1`,
      [id, at, Math.min(partBytes, Number(to - at))],
      'exchange-chunk',
    );
    const { part } = rows[0] ?? {};
    if (part === undefined || part.length === 0) throw new Error(`import ${id} has lost bytes`);
    yield part;
    at += BigInt(part.length);
  }
}

/** All of the file is staged: from here on an interrupted import goes on where it was. False: it was called off. */
export async function beginApplying(sql: Sql, id: string, sha256: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update exchange.import set state = 'applying', sha256 = $2, organisations =
       (select count(distinct organisation) from exchange.staged where import = $1)
     where id = $1 and state = 'uploaded'`,
    [id, sha256],
  );
  return rowCount === 1;
}

export async function isApplying(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query(
    "select from exchange.import where id = $1 and state = 'applying'",
    [id],
  );
  return rowCount === 1;
}

export const moveOn = (sql: Sql, id: string, organisations: number, doneTo: string | null) =>
  sql.query(
    `update exchange.import
     set organisations_done = organisations_done + $2, done_to = $3
     where id = $1 and state = 'applying'`,
    [id, organisations, doneTo],
  );

type Over = {
  readonly state: ImportState;
  readonly counts?: ImportCounts;
  readonly reason?: string;
};

/** The import is over: what its file held is not kept. */
export async function closeSpool(sql: Sql, id: string, over: Over): Promise<void> {
  await closeImport(sql, id, over);
  await emptySpool(sql, id);
}

export async function closeImport(sql: Sql, id: string, over: Over): Promise<void> {
  const { state, counts = null, reason = null } = over;
  await sql.query(
    `update exchange.import set state = $2, counts = $3, reason = $4
     where id = $1 and state in ('uploading', 'uploaded', 'applying')`,
    [id, state, counts, reason],
  );
}

/** Imports that are over and were not emptied: the process ended before. */
export async function emptyLeftOvers(sql: Sql): Promise<void> {
  const { rows } = await sql.query<{ id: string }>(
    `select id from exchange.import i
     where state in ('applied', 'refused', 'cancelled') and (
       exists (select from exchange.chunk where import = i.id) or
       exists (select from exchange.record where import = i.id) or
       exists (select from exchange.staged where import = i.id))`,
  );
  for (const { id } of rows) await emptySpool(sql, id);
}

export async function emptySpool(sql: Sql, id: string): Promise<void> {
  await emptyStaged(sql, id);
  await emptyRecords(sql, id);
  await deleteSome(sql, 'exchange.chunk', id, 64);
}

export const emptyStaged = (sql: Sql, id: string) => deleteSome(sql, 'exchange.staged', id, 5_000);

export const emptyRecords = (sql: Sql, id: string) => deleteSome(sql, 'exchange.record', id, 5_000);

/** All of an import, a part at a time: no statement may take as long as a large file takes. */
async function deleteSome(sql: Sql, table: string, id: string, rows: number): Promise<void> {
  for (;;) {
    const { rowCount } = await sql.query(
      `delete from ${table} where ctid = any(array(
         select ctid from ${table} where import = $1 limit ${rows}))`,
      [id],
    );
    if ((rowCount ?? 0) < rows) return;
  }
}
