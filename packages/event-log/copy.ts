import { createHash } from 'node:crypto';
import type { Log, NewEvent, Recorded } from './log.ts';

const appendEventsMax = 500;

/** A log that copies are written to. */
export type CopyTarget = {
  readonly log: Log;
  /** Appends events as they are in the original, in their order, all or the first few of them. */
  readonly write: (records: readonly Recorded[]) => Promise<void>;
};

export type Copy = {
  readonly from: Log;
  readonly to: CopyTarget;
  /** Compare only. */
  readonly verifyOnly?: boolean;
  readonly signal: AbortSignal;
  readonly progress: (done: {
    readonly events: number;
    readonly stage: 'compared' | 'copied';
  }) => void;
};

/** `digest` says in one value what both logs hold: SHA-256 over the rolling hashes of all streams and of the whole. */
export type CopyResult =
  | {
      readonly equal: true;
      readonly events: number;
      readonly streams: number;
      readonly digest: string;
    }
  | {
      readonly equal: false;
      /** Events before it are equal. */
      readonly events: number;
      readonly stream: string | undefined;
      readonly reason: 'missing' | 'different' | 'not in the original';
    };

/**
 * Makes `to` a copy of `from`: ids, types, data, metadata, streams, revisions, order and recordedAt; positions are the
 * target's own. What is there already is compared and kept, so that a copy that was interrupted goes on. Afterwards
 * both logs are read again and compared event by event. Nobody may write to either meanwhile.
 */
export async function copyLog(copy: Copy): Promise<CopyResult> {
  if (copy.verifyOnly) return await compare(copy);
  const { from, to, signal, progress } = copy;
  const target = recordsOf(to.log, signal);
  const pending: Recorded[] = [];
  let events = 0;
  let there = true;
  const flush = async () => {
    await to.write(pending.splice(0));
    progress({ events, stage: 'copied' });
  };
  for await (const record of recordsOf(from, signal)) {
    if (there) {
      const { value, done } = await target.next();
      there = done !== true;
      if (value && canonical(value) !== canonical(record)) {
        return { equal: false, events, stream: record.stream, reason: 'different' };
      }
    }
    events += 1;
    if (there) continue;
    pending.push(record);
    if (pending.length === appendEventsMax) await flush();
  }
  if (pending.length > 0) await flush();
  return await compare(copy);
}

/** Reads both logs to their ends. */
async function compare({ from, to, signal, progress }: Copy): Promise<CopyResult> {
  const target = recordsOf(to.log, signal);
  const streams = new Map<string, Buffer>();
  let whole: Buffer = Buffer.alloc(0);
  let events = 0;
  for await (const record of recordsOf(from, signal)) {
    const { value, done } = await target.next();
    const { stream } = record;
    if (done || value === undefined) return { equal: false, events, stream, reason: 'missing' };
    const text = canonical(record);
    if (text !== canonical(value)) return { equal: false, events, stream, reason: 'different' };
    whole = rolled(whole, text);
    streams.set(stream, rolled(streams.get(stream), text));
    events += 1;
    if (events % 10_000 === 0) progress({ events, stage: 'compared' });
  }
  const more = await target.next();
  if (!more.done) {
    return { equal: false, events, stream: more.value.stream, reason: 'not in the original' };
  }
  progress({ events, stage: 'compared' });
  const digest = createHash('sha256').update(whole);
  for (const stream of [...streams.keys()].sort()) {
    digest.update(stream).update(streams.get(stream) ?? '');
  }
  return { equal: true, events, streams: streams.size, digest: digest.digest('hex') };
}

/** What must be the same in both logs. */
const canonical = ({ id, stream, revision, type, data, metadata, recordedAt }: Recorded): string =>
  JSON.stringify([id, stream, revision.toString(), type, data, metadata, recordedAt]);

const rolled = (before: Buffer | undefined, text: string): Buffer =>
  createHash('sha256')
    .update(before ?? '')
    .update(text)
    .digest();

/** A log from its beginning to where it ends now. */
async function* recordsOf(log: Log, signal: AbortSignal): AsyncGenerator<Recorded, undefined> {
  for await (const batch of log.follow({ after: 0n, signal })) {
    yield* batch.records;
    if (batch.caughtUp) return;
  }
  signal.throwIfAborted();
}

/**
 * A copy keeps the time of the original under `recordedAt` of the metadata where the store sets its own time; such
 * a store gives it back as the event's recordedAt, and not among the metadata.
 */
export const withOriginalTime = ({ id, type, data, metadata, recordedAt }: Recorded): NewEvent => {
  const kept = { ...metadata, recordedAt };
  return { id, type, data, metadata: kept };
};

/** Writes copies through the port, one append for the events that follow each other in a stream. */
export const copyThroughPort = (log: Log): CopyTarget => ({
  log,
  async write(records) {
    for (const run of neighbours(records)) {
      const [first] = run;
      if (first === undefined) continue;
      const expected = first.revision === 0n ? 'none' : first.revision - 1n;
      const result = await log.append(first.stream, run.map(withOriginalTime), { expected });
      if (!result.appended) {
        throw new Error(`${first.stream} is at ${result.actual} in the copy, not at ${expected}`);
      }
    }
  },
});

/** Runs of events of one stream, small enough for one append. */
function neighbours(records: readonly Recorded[]): Recorded[][] {
  const runs: Recorded[][] = [];
  let bytes = 0;
  for (const record of records) {
    const size = canonical(record).length * 3;
    const run = runs.at(-1);
    if (run !== undefined && run[0]?.stream === record.stream && bytes + size < 900_000) {
      run.push(record);
      bytes += size;
    } else {
      runs.push([record]);
      bytes = size;
    }
  }
  return runs;
}
