import { EventEmitter } from 'node:events';

/** An event as the server keeps it; `position` is both its commit and its prepare position. */
export type StoredEvent = {
  readonly id: string;
  readonly stream: string;
  readonly revision: bigint;
  readonly position: bigint;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly createdMs: number;
};

export type Proposed = Pick<StoredEvent, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

export type Stream = {
  readonly events: StoredEvent[];
  /** Revision of the first event that a soft delete left. */
  truncatedBefore: bigint;
  tombstoned: boolean;
};

/** What a server keeps on disk: it outlives the double, so that another one can be started on it. */
export type State = {
  readonly all: StoredEvent[];
  readonly streams: Map<string, Stream>;
  appends: number;
  /** Emits `appended`. */
  readonly changes: EventEmitter;
};

export type Expected = bigint | 'any' | 'no_stream' | 'stream_exists';

export type Written =
  | { readonly result: 'written'; readonly revision: bigint; readonly position: bigint }
  | { readonly result: 'wrong-expected-version'; readonly actual: bigint | undefined }
  | { readonly result: 'stream-deleted' }
  | { readonly result: 'too-large' };

export const appendBytesMax = 1024 * 1024;

/** After so many appends the server writes statistics of its own. */
const statisticsEvery = 3;

/** A server that was just installed: a few system events, none of ours. */
export function emptyState(): State {
  const changes = new EventEmitter().setMaxListeners(0);
  const state: State = { all: [], streams: new Map(), appends: 0, changes };
  for (const type of ['$UserCreated', '$UserCreated', '$metadata'])
    push(state, '$users', system(type));
  return state;
}

/** Appends as the server does: the check of the revision, and silent success for ids that are there already. */
export function write(
  state: State,
  stream: string,
  expected: Expected,
  events: readonly Proposed[],
): Written {
  if (bytesOf(events) > appendBytesMax) return { result: 'too-large' };
  const known = state.streams.get(stream);
  if (known?.tombstoned) return { result: 'stream-deleted' };
  return unexpected(known, expected, events) ?? commit(state, stream, events);
}

/** The answer when the stream is not at the revision that was expected. */
function unexpected(
  known: Stream | undefined,
  expected: Expected,
  events: readonly Proposed[],
): Written | undefined {
  const last = BigInt((known?.events.length ?? 0) - 1);
  const wrong: Written = {
    result: 'wrong-expected-version',
    actual: last < 0n ? undefined : last,
  };
  if (expected === 'any') return undefined;
  if (expected === 'stream_exists') return last < 0n ? wrong : undefined;
  const from = expected === 'no_stream' ? -1n : expected;
  if (from === last) return undefined;
  const again = repeated(known, from, events);
  if (again !== undefined) return again;
  const deleted = known !== undefined && known.truncatedBefore > last;
  return deleted && expected === 'no_stream' ? undefined : wrong;
}

function repeated(
  known: Stream | undefined,
  from: bigint,
  events: readonly Proposed[],
): Written | undefined {
  const there = events.map((event, n) => {
    const stored = known?.events[Number(from) + 1 + n];
    return stored?.id === event.id ? stored : undefined;
  });
  const last = there.at(-1);
  if (last === undefined || there.includes(undefined)) return undefined;
  return { result: 'written', revision: last.revision, position: last.position };
}

function commit(state: State, stream: string, events: readonly Proposed[]): Written {
  let last: StoredEvent | undefined;
  for (const event of events) last = push(state, stream, event);
  state.appends += 1;
  if (state.appends % statisticsEvery === 0)
    push(state, '$stats-double', system('$statsCollected'));
  state.changes.emit('appended');
  if (last !== undefined) {
    return { result: 'written', revision: last.revision, position: last.position };
  }
  const there = state.streams.get(stream)?.events.at(-1);
  return { result: 'written', revision: there?.revision ?? 0n, position: there?.position ?? 0n };
}

function push(state: State, name: string, event: Proposed): StoredEvent {
  const stream = state.streams.get(name) ?? { events: [], truncatedBefore: 0n, tombstoned: false };
  state.streams.set(name, stream);
  const before = state.all.at(-1);
  const stored = {
    ...event,
    stream: name,
    revision: BigInt(stream.events.length),
    position: before === undefined ? 0n : before.position + BigInt(100 + before.data.length),
    createdMs: Math.max(Date.now(), before?.createdMs ?? 0),
  };
  stream.events.push(stored);
  state.all.push(stored);
  return stored;
}

/** Hides a stream's events; an append with NO_STREAM goes on after them. */
export function softDelete(state: State, name: string): void {
  const stream = state.streams.get(name);
  if (stream !== undefined) stream.truncatedBefore = BigInt(stream.events.length);
  push(state, `$$${name}`, system('$metadata'));
  state.changes.emit('appended');
}

/** Closes a stream for ever. */
export function tombstone(state: State, name: string): void {
  const stream = state.streams.get(name) ?? { events: [], truncatedBefore: 0n, tombstoned: true };
  stream.tombstoned = true;
  state.streams.set(name, stream);
}

const system = (type: string): Proposed => ({
  id: crypto.randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from('{}'),
  metadata: Buffer.alloc(0),
});

const bytesOf = (events: readonly Proposed[]): number =>
  events.reduce((sum, event) => sum + event.data.length + event.metadata.length, 0);
