/** A whole report as a file, a part of it in memory at a time. */
import type { ReportRow } from '@relais/contracts/import-views';
import type { Sql } from '@relais/postgres/database';
import { stringify } from 'csv-stringify/sync';
import { reportRow } from './present.ts';
import { listReport, type StoredReport } from './report.ts';

const rowsAtOnce = 1_000;

export const reportTypes = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson; charset=utf-8',
} as const;
export type ReportFile = keyof typeof reportTypes;

const columns = ['line', 'kind', 'entry', 'organisation', 'outcome', 'effect', 'field', 'code'];

/** In the order of the imported file. */
export async function* reportFile(
  sql: Sql,
  id: string,
  format: ReportFile,
  only: { readonly outcome?: string | undefined },
): AsyncGenerator<string> {
  if (format === 'csv') yield inCells([columns], true);
  for (let after: string | undefined; ; ) {
    const rows: StoredReport[] = await listReport(sql, id, only, after, rowsAtOnce);
    after = rows.at(-1)?.seq.toString();
    if (after === undefined) return;
    const told = rows.map(reportRow);
    yield format === 'csv' ? inCells(told.flatMap(cellsOf), false) : told.map(asLine).join('');
  }
}

const asLine = (row: ReportRow): string => `${JSON.stringify(row)}\n`;

/** A row of cells for each finding, and one for a line of which nothing was found. */
const cellsOf = ({ findings, ...row }: ReportRow): (string | number | null)[][] =>
  (findings.length > 0 ? findings : [{ field: '', code: '' }]).map(({ field, code }) => [
    ...[row.line, row.kind, row.entry, row.organisation, row.outcome, row.effect],
    ...[field, code],
  ]);

/**
 * As RFC 4180 has it, with the mark by which spreadsheets know UTF-8. Identifiers and field names are the source's: what a
 * spreadsheet would compute is guarded by an apostrophe.
 */
const inCells = (rows: readonly (readonly unknown[])[], isFirst: boolean): string =>
  stringify(rows as unknown[][], {
    bom: isFirst,
    escape_formulas: true,
    record_delimiter: 'windows',
  });
