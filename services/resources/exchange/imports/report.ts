import type { ReportRow } from '@relais/contracts/import-views';
import type { ImportCounts } from '@relais/contracts/imports';
import type { Sql } from '@relais/postgres/database';

/** `seq` orders a report: that of the file, then what the file no longer has. */
export type StoredReport = Omit<ReportRow, 'line'> & {
  readonly seq: bigint;
  readonly line: bigint | null;
};

/** Writes rows; those that are there already (of a try that was interrupted) stay. */
export async function writeReport(
  sql: Sql,
  id: string,
  rows: readonly StoredReport[],
): Promise<void> {
  if (rows.length === 0) return;
  const text = (each: StoredReport) => ({
    ...each,
    ...{ seq: each.seq.toString(), line: each.line?.toString() ?? null },
  });
  await sql.query(
    `insert into exchange.report
       (import, seq, line, kind, entry, organisation, outcome, effect, findings)
     select $1, seq, line, kind, entry, organisation, outcome, effect, findings
     from jsonb_to_recordset($2::jsonb) as given (seq bigint, line bigint, kind text, entry text,
       organisation text, outcome text, effect text, findings jsonb)
     on conflict do nothing`,
    [id, JSON.stringify(rows.map(text))],
    'exchange-report',
  );
}

/** Lines by what they came to, and entries by what they changed. */
export async function countReport(sql: Sql, id: string): Promise<ImportCounts> {
  const { rows } = await sql.query<{ name: string; count: bigint }>(
    `select outcome as name, count(*) from exchange.report
       where import = $1 and effect <> 'retired' group by 1
     union all
     select effect, count(*) from exchange.report
       where import = $1 and effect <> 'none' group by 1`,
    [id],
  );
  const counts = Object.fromEntries(rows.map(({ name, count }) => [name, Number(count)]));
  const none = { accepted: 0, corrected: 0, refused: 0, created: 0, changed: 0, unchanged: 0 };
  return { ...none, retired: 0, ...counts };
}

export async function listReport(
  sql: Sql,
  id: string,
  { outcome }: { readonly outcome?: string | undefined },
  after: string | undefined,
  limit: number,
): Promise<StoredReport[]> {
  const { rows } = await sql.query<StoredReport>(
    `select seq, line, kind, entry, organisation, outcome, effect, findings from exchange.report
     where import = $1 and seq > $2 and ($3::text is null or outcome = $3)
     order by seq limit $4`,
    [id, after ?? '-1', outcome ?? null, limit],
    'exchange-report-list',
  );
  return rows;
}
