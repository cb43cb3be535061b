import type { Database, Sql } from '@relais/postgres/database';
import {
  type Batch,
  LogUnavailable,
  type ReadOptions,
  type Recorded,
  UnreadableEvent,
} from './log.ts';

const streamPageEvents = 500;
/** A page ends with the event that brings its data over so many bytes: events may be large. */
const pageBytesMax = 4 * 1024 * 1024;

const columns = 'position, stream, revision, id, type, data, metadata, recorded_at';

/** An event in a page. */
export type Row = {
  readonly [field in keyof Omit<Recorded, 'data' | 'metadata' | 'recordedAt'>]: Recorded[field];
} & {
  readonly data: string;
  readonly metadata: string;
  readonly recorded_at: string;
  /** Bytes of data in the page up to this event. */
  readonly through: number;
};

/** An event as a row holds it. Throws UnreadableEvent. */
export const recorded = (row: Omit<Row, 'through'>): Recorded => ({
  id: row.id,
  stream: row.stream,
  revision: row.revision,
  position: row.position,
  type: row.type,
  data: parsed(row, 'data'),
  metadata: parsed(row, 'metadata'),
  recordedAt: row.recorded_at,
});

function parsed(row: Omit<Row, 'through'>, field: 'data' | 'metadata') {
  try {
    return JSON.parse(row[field]);
  } catch {
    // Not the parser's own words: they quote what it read.
    throw new UnreadableEvent(`${field} of the event at position ${row.position} is not JSON`);
  }
}

/** The first `limit` events that fit into a page. octet_length does not read the data. */
const bounded = (where: string, order: string, limit: string): string =>
  `select ${columns}, through from (
     select ${columns}, sum(octet_length(data)) over (order by ${order} rows unbounded preceding)::int4 as through
     from event_log.event where ${where} order by ${order} limit ${limit}
   ) page where through - octet_length(data) < ${pageBytesMax}`;

/** Whether there may be more events than a page gave. */
const isCut = (rows: readonly Row[], limit: number): boolean =>
  rows.length === limit || (rows.at(-1)?.through ?? 0) >= pageBytesMax;

/** A stream, page by page. */
export async function* readStream(
  database: Database,
  stream: string,
  { from, backwards = false, max = Number.POSITIVE_INFINITY }: ReadOptions,
): AsyncGenerator<Recorded, void, undefined> {
  const [operator, order] = backwards ? ['<=', 'desc'] : ['>=', 'asc'];
  const where = `stream = $1 and revision ${operator} $2`;
  const text = `${bounded(where, `revision ${order}`, '$3')} order by revision ${order}`;
  let next = from ?? (backwards ? 2n ** 63n - 1n : 0n);
  let left = max;
  while (left > 0) {
    const limit = Math.min(left, streamPageEvents);
    const { rows } = await available(
      database.query<Row>(text, [stream, next, limit], `event-log-read-${order}`),
    );
    for (const row of rows) yield recorded(row);
    const last = rows.at(-1);
    if (last === undefined || !isCut(rows, limit)) return;
    next = backwards ? last.revision - 1n : last.revision + 1n;
    left -= rows.length;
  }
}

export type PageRequest = {
  readonly prefixes: readonly string[];
  readonly limit: number;
  /** How far to look. */
  readonly positions: number;
};

const everything = 'position > $1 and position <= $2';
const page = (where: string): string =>
  `select h.position as head, e.* from event_log.head h
   left join (${bounded(where, 'position', '$3')}) e on true order by e.position`;
const pageOfAll = page(everything);
const pageOfSome = page(`${everything} and stream ^@ any ($4)`);

/** One page of the log after a position, from one snapshot: what matches, and how far the log goes. */
export async function readPage(
  sql: Sql,
  after: bigint,
  { prefixes, limit, positions }: PageRequest,
): Promise<Batch> {
  const until = after + BigInt(positions);
  const values = [after, until, limit];
  type Found = Row & { readonly head: bigint };
  const { rows } = await (prefixes.length > 0
    ? sql.query<Found>(pageOfSome, [...values, prefixes], 'event-log-follow-some')
    : sql.query<Found>(pageOfAll, values, 'event-log-follow'));
  const head = rows[0]?.head ?? 0n;
  // Where nothing matches there is one row, with the head alone.
  const found = rows[0]?.id ? rows : [];
  const records = found.map(recorded);
  const reached = until < head ? until : head;
  const position = isCut(found, limit) ? (records.at(-1)?.position ?? reached) : reached;
  return { records, position: position > after ? position : after, caughtUp: position >= head };
}

/** Says LogUnavailable for whatever the database says. */
export async function available<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new LogUnavailable('the log cannot be read', { cause: error });
  }
}
