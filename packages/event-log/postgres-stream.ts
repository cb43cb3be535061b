import { batched } from '@relais/postgres/batched';
import type { Database, Sql } from '@relais/postgres/database';
import type { ReadOptions, Recorded } from './log.ts';
import { available, type Row, readStream, recorded } from './postgres-read.ts';

const streamsMax = 200;
/** As much of each stream as comes with the others: nearly all streams whole. */
const eventsMax = 50;
const bytesMax = 64 * 1024;

const beginnings = `
  select asked.n, page.* from unnest($1::text[]) with ordinality as asked (stream, n)
  cross join lateral (
    select position, stream, revision, id, type, recorded_at,
      case when through <= ${bytesMax} then data end as data,
      case when through <= ${bytesMax} then metadata end as metadata
    from (
      select position, stream, revision, id, type, recorded_at, data, metadata,
        sum(octet_length(data)) over (order by revision rows unbounded preceding) as through
      from event_log.event where stream = asked.stream order by revision limit ${eventsMax + 1}
    ) bounded
  ) page order by asked.n, page.revision`;

/** Without data: what does not fit, or is one event too many. */
type Found = Omit<Row, 'data' | 'metadata' | 'through'> & {
  readonly n: bigint;
  readonly data: string | null;
  readonly metadata: string | null;
};

/**
 * Reads of whole streams, as every command begins with one: those that wait while others are being read go
 * together in one statement. What is longer is read on by itself.
 */
export function streamReader(database: Database, reader: Sql) {
  const beginningOf = batched(streamsMax, async (streams: readonly string[]) => {
    const { rows } = await available(
      reader.query<Found>(beginnings, [streams], 'event-log-read-streams'),
    );
    const found = streams.map((): Found[] => []);
    for (const row of rows) found[Number(row.n) - 1]?.push(row);
    return found;
  });

  async function* whole(stream: string): AsyncGenerator<Recorded, void, undefined> {
    let [events, next] = [0, 0n];
    for (const row of await beginningOf(stream)) {
      const { data, metadata } = row;
      if (events === eventsMax || data === null || metadata === null) {
        yield* readStream(database, stream, { from: next });
        return;
      }
      yield recorded({ ...row, data, metadata });
      events += 1;
      next = row.revision + 1n;
    }
  }
  return (stream: string, options: ReadOptions = {}): AsyncIterable<Recorded> =>
    options.from === undefined && options.max === undefined && !options.backwards
      ? whole(stream)
      : readStream(database, stream, options);
}
