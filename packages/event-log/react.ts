import { setTimeout as sleep } from 'node:timers/promises';
import { passBy } from './checkpoint.ts';
import { consumed, parkedMeasured } from './consume-telemetry.ts';
import { type ConsumerRun, consumeAlone, reasonOf } from './consumer.ts';
import { derivedId } from './event-id.ts';
import { isInfrastructure } from './infrastructure-error.ts';
import type { Lease } from './lease.ts';
import type { Batch, Log, Recorded } from './log.ts';
import { blockedStreams, park, parkedOfStream, streamsToRetry, unpark } from './parked.ts';
import { forEachOf, together } from './together.ts';
import { backOff } from './wake.ts';

const attemptsMax = 5;
const streamsAtOnceMax = 16;
const pollMs = 1_000;
/** While much happens: a few events at once cost little more than one. */
const paceMs = 25;

export type ReactionRun = ConsumerRun & {
  readonly log: Log;
  /** Names the checkpoint, and is part of the ids of its commands: never to be changed. */
  readonly name: string;
  readonly prefixes: readonly string[];
  /**
   * Answers one event, usually with a command whose id is `reactionCommandId(name, record.id)`: events come at
   * least once. Events of one stream come in order, those of several streams side by side. What it throws is
   * tried again a few times, then the event is parked; infrastructure errors and TryAgain are tried for ever.
   */
  readonly on: (record: Recorded) => Promise<void>;
};

/** Id of the command with which a reaction answers an event; `part` sets several apart. */
export const reactionCommandId = (reaction: string, eventId: string, part = 0): string =>
  derivedId('reaction', reaction, eventId, part);

/** Answers events with commands until `signal` aborts, in one process at a time. */
export async function runReaction(run: ReactionRun): Promise<void> {
  await consumeAlone(run, {
    name: run.name,
    lead: (lease, signal) => react(run, lease, signal),
  });
}

async function react(run: ReactionRun, lease: Lease, signal: AbortSignal): Promise<void> {
  const { database, log, prefixes } = run;
  const blocked = new Set(await blockedStreams(database, run.name));
  const work: Work = { run, lease, blocked };
  // Batches and retries take turns, so that a stream is in one hand at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (job: () => Promise<void>): Promise<void> => {
    const mine = turn.then(job);
    turn = mine.catch(() => undefined);
    return mine;
  };
  await together(
    signal,
    async (signal) => {
      for await (const batch of log.follow({ after: lease.position, prefixes, paceMs, signal })) {
        await inTurn(() => dealWith(work, batch, signal));
      }
    },
    async (signal) => {
      while (!signal.aborted) {
        for (const stream of await streamsToRetry(database, run.name)) {
          await inTurn(() => retryStream(work, stream, signal));
        }
        await sleep(pollMs, undefined, { signal }).catch(() => undefined);
      }
    },
  );
}

type Work = {
  readonly run: ReactionRun;
  readonly lease: Lease;
  /** Streams with a parked event: what follows in them has to wait. */
  readonly blocked: Set<string>;
};

async function dealWith(work: Work, batch: Batch, signal: AbortSignal): Promise<void> {
  const { run, lease, blocked } = work;
  const { database } = run;
  const streams = Map.groupBy(batch.records, (record) => record.stream);
  await consumed(run.name, batch, () =>
    forEachOf([...streams.values()], streamsAtOnceMax, async (records) => {
      for (const record of records) {
        if (blocked.has(record.stream)) {
          await park(database, lease, record, { state: 'waiting', reason: null, attempts: 0 });
        } else if (!(await attempt(work, record, signal))) blocked.add(record.stream);
      }
    }),
  );
  await passBy(database, lease, batch);
}

/** Tries a few times; parks the event when it is the event's fault. False when it is parked. */
async function attempt(
  { run, lease }: Work,
  record: Recorded,
  signal: AbortSignal,
): Promise<boolean> {
  for (let attempts = 1; ; attempts++) {
    signal.throwIfAborted();
    try {
      await run.on(record);
      return true;
    } catch (error) {
      if (attempts >= attemptsMax && isInfrastructure(error)) throw error;
      if (attempts >= attemptsMax) {
        const reason = reasonOf(error);
        await park(run.database, lease, record, { state: 'failed', reason, attempts });
        const where = `${record.type} at position ${record.position}`;
        parkedMeasured(run.name);
        run.report({ event: 'parked', consumer: run.name, reason: `${where}: ${reason}` });
        return false;
      }
    }
    await backOff(attempts, { minMs: 20, maxMs: 1_000, signal });
  }
}

async function retryStream(work: Work, stream: string, signal: AbortSignal): Promise<void> {
  const { run, lease, blocked } = work;
  const { database, log } = run;
  for (const { position, revision } of await parkedOfStream(database, run.name, stream)) {
    for await (const record of log.read(stream, { from: revision, max: 1 })) {
      if (!(await attempt(work, record, signal))) return;
      await unpark(database, lease, position);
    }
  }
  blocked.delete(stream);
}
