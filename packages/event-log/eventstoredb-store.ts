import { appendEvents } from './eventstoredb-append.ts';
import { openConnection } from './eventstoredb-connection.ts';
import { type Following, followAll } from './eventstoredb-follow.ts';
import { type KnownIds, knownIds } from './eventstoredb-known.ts';
import { type Patience, readHead, readStream, shared } from './eventstoredb-read.ts';
import { budget, retried } from './eventstoredb-retry.ts';
import type { Log, ReadOptions, Recorded } from './log.ts';

export type EventStoreOptions = Partial<Patience> & {
  /** Connection string: `esdb://` or `esdb+discover://`, with user, hosts and `tlsCAFile` as the client knows them. */
  readonly url: string;
  /** Waits between two subscriptions of a follower, ms. Default 100 to 30,000. */
  readonly backOffMs?: Following['backOffMs'];
  /** A follower that hears nothing compares itself with the log's head so often, ms. Default 10,000. */
  readonly watchdogMs?: number;
};

/**
 * The log in an EventStoreDB server or cluster (22.10 or later). Connects on first use, so that a service
 * starts while the server is away: its calls then throw LogUnavailable after their time-outs (append and read
 * 8 s, one call 2.5 s unless told otherwise) and its followers wait. RangeError for a wrong connection string.
 */
export async function openEventStoreLog(options: EventStoreOptions): Promise<Log> {
  const patience: Patience = {
    appendTimeoutMs: options.appendTimeoutMs ?? 8_000,
    readTimeoutMs: options.readTimeoutMs ?? 8_000,
    callTimeoutMs: options.callTimeoutMs ?? 2_500,
  };
  const connection = openConnection(options.url);
  const known = knownIds();
  const closing = new AbortController();
  const head = shared(() => readHead(connection, patience.callTimeoutMs));
  const following: Following = {
    connection,
    head,
    backOffMs: options.backOffMs ?? { first: 100, most: 30_000 },
    watchdogMs: options.watchdogMs ?? 10_000,
  };
  return {
    append: (stream, events, { expected, signal }) =>
      appendEvents({ connection, patience, known }, { stream, events, expected, signal }),
    read: (stream, readOptions) =>
      noted(readStream(connection, patience, stream, readOptions), stream, readOptions, known),
    follow: ({ signal, ...rest }) =>
      followAll(following, { ...rest, signal: AbortSignal.any([signal, closing.signal]) }),
    head: () => retried(head, budget(patience.readTimeoutMs)),
    close: async () => {
      closing.abort();
      connection.close();
    },
  };
}

/** Learns the ids of a stream that is read from its beginning. */
async function* noted(
  records: AsyncIterable<Recorded>,
  stream: string,
  { backwards, from = 0n }: ReadOptions = {},
  known: KnownIds,
): AsyncGenerator<Recorded> {
  if (backwards || from > 0n) return yield* records;
  const ids: string[] = [];
  let revision = -1n;
  try {
    for await (const record of records) {
      ids.push(record.id);
      revision = record.revision;
      yield record;
    }
  } finally {
    if (revision >= 0n) known.learn(stream, revision, ids);
  }
}
