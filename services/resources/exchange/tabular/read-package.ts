import type { Sql } from '@relais/postgres/database';
import { bytesBetween, emptyRecords, type ImportRow } from '../imports/spool.ts';
import type { Read } from '../reading/read.ts';
import { requiredTables } from './columns.ts';
import { nestedRecords } from './nest.ts';
import { openPackage } from './open-package.ts';
import { writeRecords } from './records.ts';
import { reportFiles } from './unlinked.ts';

/**
 * The organizations and services of HSDS's tabular package as its JSON has them: its tables are written down record by
 * record, and what belongs together is put together from there, so that no file and no table is ever in memory whole.
 */
export async function* packageRecords(
  sql: Sql,
  row: ImportRow,
  signal: AbortSignal,
): AsyncGenerator<Read> {
  const bytes = (from: number, to: number) => bytesBetween(sql, row.id, BigInt(from), BigInt(to));
  const opened = await openPackage(bytes, Number(row.size));
  const recorded = await writeRecords(sql, row, opened, signal);
  await reportFiles(sql, row.id, recorded);
  for (const table of requiredTables) yield* nestedRecords(sql, row.id, table, recorded.nested);
  await emptyRecords(sql, row.id);
}
