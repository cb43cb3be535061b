import { type AllStreamResolvedEvent, START } from '@eventstore/db-client';
import type { Connection } from './eventstoredb-connection.ts';
import { type Pull, pull } from './eventstoredb-pull.ts';
import { fromServer, isSystem } from './eventstoredb-record.ts';
import { backOff } from './eventstoredb-retry.ts';
import { type Batch, type FollowOptions, type Recorded, UnreadableEvent } from './log.ts';

export type Following = {
  readonly connection: Connection;
  /** The last position at some moment after the call. */
  readonly head: () => Promise<bigint>;
  /** Waits between two subscriptions, ms. */
  readonly backOffMs: { readonly first: number; readonly most: number };
  /** A subscription that delivers nothing so long although the log went on is made again, ms. */
  readonly watchdogMs: number;
};

/** Silence after which the head is asked for, first time; then twice as long each time. */
const silenceMs = 20;

/**
 * Batches from a subscription to everything, without the server's filter: so that the cursor moves with every
 * event of the log and can be compared with its head. The server's own "caught up" is not used: 22.10 does not
 * send it, and later versions send it before the events that it is about have been taken.
 */
export async function* followAll(store: Following, options: FollowOptions): AsyncGenerator<Batch> {
  const { after, batchMax = 1_000, signal } = options;
  if (after < 0n) throw new RangeError('a cursor is not negative');
  if (!Number.isInteger(batchMax) || batchMax < 1 || batchMax > 5_000) {
    throw new RangeError('a batch has 1 to 5,000 events');
  }
  const pauses = backOff(store.backOffMs.first, store.backOffMs.most);
  let cursor = after;
  while (!signal.aborted) {
    try {
      for await (const batch of subscribed(store, { ...options, after: cursor, batchMax })) {
        pauses.reset();
        cursor = batch.position;
        yield batch;
        if (signal.aborted) return;
      }
    } catch (error) {
      if (error instanceof UnreadableEvent) throw error;
      // Whatever else it was, the cursor is where it was: subscribe again from there.
    }
    await pauses.wait(signal).catch(() => undefined);
  }
}

type Wanted = FollowOptions & { readonly batchMax: number };

async function* subscribed(store: Following, wanted: Wanted): AsyncGenerator<Batch> {
  const { after, batchMax, signal } = wanted;
  const lease = store.connection.lease();
  const subscription = lease.client.subscribeToAll(
    { fromPosition: after === 0n ? START : { commit: after, prepare: after } },
    { highWaterMark: 2 * batchMax },
  );
  const arriving: Pull<AllStreamResolvedEvent> = pull(subscription, () =>
    subscription.unsubscribe(),
  );
  let failure: unknown;
  try {
    yield* batches(store, arriving, wanted);
  } catch (error) {
    failure = signal.aborted ? undefined : error;
    throw error;
  } finally {
    arriving.close();
    lease.settle(failure);
  }
}

async function* batches(
  store: Following,
  arriving: Pull<AllStreamResolvedEvent>,
  { after, batchMax, prefixes, signal }: Wanted,
): AsyncGenerator<Batch> {
  const watch = watchHead(store);
  let cursor = after;
  let caughtUp = false;
  for (;;) {
    const events = await arriving.next(batchMax, watch.waitMs(caughtUp), signal);
    if (events === 'ended') throw new Error('the server ended the subscription');
    if (events === 'silent') {
      const wasCaughtUp = caughtUp;
      caughtUp = await watch.silent(cursor);
      if (caughtUp && !wasCaughtUp) yield { records: [], position: cursor, caughtUp };
      continue;
    }
    const { records, position } = taken(events, cursor, prefixes);
    watch.heard();
    if (position === cursor) continue;
    cursor = position;
    caughtUp = events.length < batchMax && (await watch.isAtHead(cursor).catch(() => false));
    yield { records, position, caughtUp };
  }
}

/** Compares a cursor with the log's head, and notices a subscription that went quiet too early. */
function watchHead({ head, watchdogMs }: Following) {
  let silenceNextMs = silenceMs;
  let headSeen = 0n;
  let behindSince: number | undefined;
  const isAtHead = async (position: bigint) => {
    if (position >= headSeen) headSeen = await head();
    return position >= headSeen;
  };
  return {
    isAtHead,
    waitMs: (caughtUp: boolean) => (caughtUp ? watchdogMs : silenceNextMs),
    heard: () => {
      silenceNextMs = silenceMs;
      behindSince = undefined;
    },
    /** Whether nothing came because there is nothing; throws when there has long been something. */
    silent: async (position: bigint) => {
      silenceNextMs = Math.min(2 * silenceNextMs, watchdogMs);
      if (await isAtHead(position)) {
        behindSince = undefined;
        return true;
      }
      behindSince ??= performance.now();
      if (performance.now() - behindSince >= watchdogMs) {
        throw new Error('the subscription delivers nothing although the log went on');
      }
      return false;
    },
  };
}

/** What is wanted of the events after the cursor, and the cursor after them: they may have been delivered before. */
function taken(
  events: readonly AllStreamResolvedEvent[],
  after: bigint,
  prefixes: readonly string[] | undefined,
): { readonly records: Recorded[]; readonly position: bigint } {
  const records: Recorded[] = [];
  let position = after;
  for (const { event } of events) {
    if (event?.position === undefined || event.position.commit <= position) continue;
    position = event.position.commit;
    const wanted =
      !isSystem(event) &&
      (prefixes === undefined || prefixes.some((prefix) => event.streamId.startsWith(prefix)));
    if (wanted) records.push(fromServer(event));
  }
  return { records, position };
}
