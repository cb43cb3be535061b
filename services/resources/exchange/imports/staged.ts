/** What was staged of a file, an organisation after the other, so much at a time. */
import type { Sql } from '@relais/postgres/database';
import type { Staged } from './format.ts';

/** Entries of one organisation: it comes in whole, so all of it is held in memory at once. */
const entriesMax = 5_000;
const bytesMax = 16 * 1024 * 1024;
/** Small organisations are dealt with together. */
const entriesAtOnce = 250;
const bytesAtOnce = 2 * 1024 * 1024;

export type StagedGroup = { readonly name: string; readonly isTooLarge: boolean };

/** The organisations that are next and may be held in memory together, by their identifiers; none when it was the last. */
export async function nextGroups(
  sql: Sql,
  id: string,
  after: string | null,
): Promise<StagedGroup[]> {
  const { rows } = await sql.query<{ organisation: string; size: number }>(
    `select organisation, size from exchange.staged
     where import = $1 and organisation is not null
       and ($2::text is null or organisation collate "C" > $2)
     order by organisation collate "C", seq limit $3`,
    [id, after, entriesAtOnce],
  );
  const groups = Map.groupBy(rows, ({ organisation }) => organisation);
  const last = rows.at(-1)?.organisation;
  // The rest of it may not have been read.
  if (rows.length === entriesAtOnce && last !== undefined) groups.delete(last);
  if (groups.size === 0 && last !== undefined) return [await measured(sql, id, last)];
  const taken: StagedGroup[] = [];
  let bytes = 0;
  for (const [name, entries] of groups) {
    const size = entries.reduce((sum, entry) => sum + entry.size, 0);
    bytes += size;
    if (taken.length > 0 && bytes > bytesAtOnce) break;
    taken.push({ name, isTooLarge: size > bytesMax });
  }
  return taken;
}

async function measured(sql: Sql, id: string, name: string): Promise<StagedGroup> {
  const { rows } = await sql.query<{ entries: bigint; bytes: bigint }>(
    `select count(*) as entries, coalesce(sum(size), 0)::bigint as bytes from (
       select size from exchange.staged where import = $1 and organisation collate "C" = $2 limit $3)
       as first`,
    [id, name, entriesMax + 1],
  );
  const { entries = 0n, bytes = 0n } = rows[0] ?? {};
  return { name, isTooLarge: entries > entriesMax || bytes > bytesMax };
}

/** All that the file says of each of these organisations. */
export async function stagedOf(
  sql: Sql,
  id: string,
  names: readonly string[],
): Promise<Staged[][]> {
  if (names.length === 0) return [];
  const { rows } = await sql.query<Staged>(
    `select seq, line, kind, id, organisation, document, findings from exchange.staged
     where import = $1 and organisation collate "C" = any($2::text[]) order by seq`,
    [id, names],
  );
  return [...Map.groupBy(rows, ({ organisation }) => organisation).values()];
}

/** What it says of this organisation or, with null, of nobody knows whom: without the documents, page by page. */
export async function* stagedPages(
  sql: Sql,
  id: string,
  organisation: string | null,
): AsyncGenerator<Staged[]> {
  for (let after = -1n; ; ) {
    const { rows } = await sql.query<Staged>(
      `select seq, line, kind, id, organisation, null as document, findings from exchange.staged
       where import = $1 and seq > $3 and case when $2::text is null then organisation is null
         else organisation collate "C" = $2 end
       order by seq limit $4`,
      [id, organisation, after.toString(), entriesAtOnce],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows;
    after = last.seq;
  }
}
