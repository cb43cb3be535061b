import type { Log, Recorded } from '@relais/event-log/log';
import type { Projection } from '@relais/event-log/projection';
import type { Fact } from './fold.ts';

/** Rows by table, as the projection had them, or would have had them, at that date. */
export type PastRows = (table: string) => readonly object[];

/**
 * Folds these streams in memory up to a date, by the rules of the projection itself: what the platform knew then.
 * By `recordedAt`, since what was written down later was not known yet (a timeline may be asked by `occurredAt`,
 * too). The read model holds only the present; the log holds every past.
 */
export async function rowsAsOf(
  log: Pick<Log, 'read'>,
  projection: Projection<Fact>,
  streams: readonly string[],
  asOf: string,
): Promise<PastRows> {
  const records: Recorded[] = [];
  for (const stream of streams) {
    for await (const record of log.read(stream)) {
      if (Date.parse(record.recordedAt) > Date.parse(asOf)) break;
      records.push(record);
    }
  }
  records.sort((one, other) => (one.position < other.position ? -1 : 1));
  return foldRows(projection, records);
}

/** The rows that these records alone lead to. */
export function foldRows(projection: Projection<Fact>, records: readonly Recorded[]): PastRows {
  const tables = new Map(projection.tables.map((table) => [table, new Map<string, object>()]));
  for (const record of records) {
    const fact = projection.parse(record);
    for (const [table, rows] of tables) {
      for (const touched of table.touches(fact, record)) {
        const key = table.key.map((column) => String(touched[column])).join('/');
        const row = rows.get(key) as Record<string, unknown> | undefined;
        const after = table.fold(row, fact, record);
        if (after === undefined) rows.delete(key);
        else rows.set(key, after);
      }
    }
  }
  const byName = new Map([...tables].map(([table, rows]) => [table.name, [...rows.values()]]));
  return (table) => byName.get(table) ?? [];
}
