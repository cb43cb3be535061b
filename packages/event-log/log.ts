import type { Metadata } from '@relais/contracts/metadata';

/** An event to append. The caller gives the id (see event-id.ts): a retried append is recognised by it. */
export type NewEvent = {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: Metadata;
};

/**
 * An event of the log. `revision` counts from 0 within the stream; `position` orders the whole log (it may
 * have gaps, depending on the store). `recordedAt` is ISO 8601, UTC, set by the store.
 */
export type Recorded = NewEvent & {
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly recordedAt: string;
};

/** The revision a writer read: `none` when the stream did not exist. There is no "any". */
export type Expected = bigint | 'none';

/** `revision` and `position` are those of the last event appended; `duplicate`: it was there already. */
export type Appended =
  | {
      readonly appended: true;
      readonly revision: bigint;
      readonly position: bigint;
      readonly duplicate: boolean;
    }
  | { readonly appended: false; readonly actual: Expected };

/**
 * What follows in the log: events in log order, none skipped, none twice. `position` is the cursor to go on
 * from once they are dealt with (it advances past events that `prefixes` leave out, so `records` may be empty);
 * `caughtUp` says that the log held nothing more at that moment.
 */
export type Batch = {
  readonly records: readonly Recorded[];
  readonly position: bigint;
  readonly caughtUp: boolean;
};

export type ReadOptions = {
  /** First revision to give, inclusive. Default: the stream's first (its last when backwards). */
  readonly from?: bigint;
  readonly backwards?: boolean;
  /** At most so many events. Default: all. */
  readonly max?: number;
};

export type FollowOptions = {
  /** Position after which to start, exclusive; 0n is the beginning. */
  readonly after: bigint;
  /** Stream name prefixes of interest; none means every stream. */
  readonly prefixes?: readonly string[];
  /** At most so many events a batch, 1 to 5,000. Default 1,000. */
  readonly batchMax?: number;
  /** Who has caught up may be given batches no more often than this, for those whom nobody waits for. Default 0. */
  readonly paceMs?: number;
  readonly signal: AbortSignal;
};

/**
 * The event log as every service sees it. Appends are atomic, ordered, durable before they answer, and at
 * most 1 MiB. Broken infrastructure throws LogUnavailable; the same ids with other content throw
 * ContentMismatch; both leave the log as it was.
 */
export type Log = {
  append(
    stream: string,
    events: readonly NewEvent[],
    options: { readonly expected: Expected; readonly signal?: AbortSignal },
  ): Promise<Appended>;
  /** A stream's events; nothing for a stream that does not exist. */
  read(stream: string, options?: ReadOptions): AsyncIterable<Recorded>;
  /**
   * Batches for ever, until `signal` aborts (then it ends without an error). Resumes by itself after faults; throws
   * UnreadableEvent.
   */
  follow(options: FollowOptions): AsyncIterable<Batch>;
  /** The last position; 0n for an empty log. */
  head(): Promise<bigint>;
  close(): Promise<void>;
};

/** The store cannot be reached or did not answer in time. Nothing, or all, of the append is in the log: retry with the same ids. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

/** What the store holds is no event of ours, or was made none: reading it again will not help, and stops whoever does. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';
}

/** The ids are in the log already, with other content: a bug of the caller, never retried. */
export class ContentMismatch extends Error {
  override readonly name = 'ContentMismatch';
}

/** More than the log takes in one append: 1 MiB of data and metadata together. */
export class AppendTooLarge extends Error {
  override readonly name = 'AppendTooLarge';
}

export const appendBytesMax = 1024 * 1024;
