import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { IStreamsServer } from '@eventstore/db-client/generated/streams_grpc_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Server } from './appends.ts';
import { faultOf } from './faults.ts';
import { deletedError, eventMessage, nameOf, notFoundMessage } from './messages.ts';
import type { State, StoredEvent } from './state.ts';

type Call = ServerWritableStream<streamsPb.ReadReq, streamsPb.ReadResp>;
type Options = streamsPb.ReadReq.Options;

/** Streams.Read: reads and subscriptions, of one stream and of all. `readAll` knows no filter, as in 22.10. */
export function readHandler(server: Server): IStreamsServer['read'] {
  return async (call) => {
    const fault = faultOf(server.faults, call.metadata);
    if (fault !== undefined) return call.emit('error', fault);
    if (server.faults.slowMs > 0) await delay(server.faults.slowMs);
    const options = call.request.getOptions() ?? new streamsPb.ReadReq.Options();
    if (options.hasSubscription()) return await subscribe(server, call, options);
    const name = nameOf(options.getStream()?.getStreamIdentifier());
    const stream = server.state.streams.get(name);
    if (options.hasStream() && stream?.tombstoned) return call.emit('error', deletedError(name));
    const events = selected(server.state, options);
    if (options.hasStream() && visible(server.state, name).length === 0) {
      call.write(notFoundMessage(name));
    }
    await send(server, call, events);
    call.end();
  };
}

/** Writes events as fast as the client takes them; false when the call is over. */
async function send(server: Server, call: Call, events: readonly StoredEvent[]): Promise<boolean> {
  const cutAfter = server.faults.cutReadAfter;
  for (const [n, event] of events.entries()) {
    if (call.cancelled || call.destroyed) return false;
    if (n === cutAfter) {
      server.faults.cutReadAfter = undefined;
      server.cut();
      return false;
    }
    if (!call.write(eventMessage(event))) await drained(call);
  }
  return !call.cancelled;
}

/** Sends what is there after the position, then what comes, until the client leaves. */
async function subscribe(server: Server, call: Call, options: Options): Promise<void> {
  const { state, faults } = server;
  const confirmation = new streamsPb.ReadResp.SubscriptionConfirmation();
  confirmation.setSubscriptionId(crypto.randomUUID());
  call.write(new streamsPb.ReadResp().setConfirmation(confirmation));
  const source = sourceOf(state, options);
  let next = firstAfter(source(), options);
  const over = new AbortController();
  call.on('cancelled', () => over.abort());
  call.on('close', () => over.abort());
  call.on('error', () => over.abort());
  while (!over.signal.aborted) {
    const events = faults.stalled ? [] : source().slice(next);
    next += events.length;
    const delivered = faults.deliverTwice ? events.flatMap((event) => [event, event]) : events;
    if (!(await send(server, call, delivered.filter(filterOf(options))))) return;
    if (events.length === 0 || next === source().length) {
      await once(state.changes, 'appended', { signal: over.signal }).catch(() => undefined);
    }
  }
}

const sourceOf = (state: State, options: Options): (() => readonly StoredEvent[]) => {
  const name = nameOf(options.getStream()?.getStreamIdentifier());
  return options.hasStream() ? () => state.streams.get(name)?.events ?? [] : () => state.all;
};

/** Index of the first event to deliver: a subscription's start is exclusive. */
function firstAfter(events: readonly StoredEvent[], options: Options): number {
  const [all, stream] = [options.getAll(), options.getStream()];
  if (all?.hasEnd() || stream?.hasEnd()) return events.length;
  const index = events.findIndex((event) => {
    if (all?.hasPosition())
      return event.position > BigInt(all.getPosition()?.getCommitPosition() ?? 0);
    return stream?.hasRevision() ? event.revision > BigInt(stream.getRevision()) : true;
  });
  return index < 0 ? events.length : index;
}

function filterOf(options: Options): (event: StoredEvent) => boolean {
  const filter = options.getFilter();
  const expression = filter?.getStreamIdentifier() ?? filter?.getEventType();
  if (filter === undefined || expression === undefined) return () => true;
  const prefixes = expression.getPrefixList();
  const regex = new RegExp(expression.getRegex());
  return (event) => {
    const text = filter.hasStreamIdentifier() ? event.stream : event.type;
    return prefixes.length > 0
      ? prefixes.some((prefix) => text.startsWith(prefix))
      : regex.test(text);
  };
}

const visible = (state: State, name: string): readonly StoredEvent[] => {
  const stream = state.streams.get(name);
  return stream?.events.slice(Number(stream.truncatedBefore)) ?? [];
};

/** The events of a read: its start is inclusive. */
function selected(state: State, options: Options): readonly StoredEvent[] {
  const [all, stream] = [options.getAll(), options.getStream()];
  const events =
    stream === undefined ? state.all : visible(state, nameOf(stream.getStreamIdentifier()));
  const backwards =
    options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS;
  const start = startOf(options);
  const first = all?.hasStart() || stream?.hasStart() ? 0n : undefined;
  const place = (event: StoredEvent) => (stream === undefined ? event.position : event.revision);
  const count = Math.min(Number(options.getCount()), events.length);
  const from = start ?? first;
  const chosen = backwards
    ? events.filter((event) => from === undefined || place(event) <= from).reverse()
    : events.filter((event) => from !== undefined && place(event) >= from);
  return chosen.slice(0, count);
}

/** The position or revision that a read names; undefined for the start and the end. */
function startOf(options: Options): bigint | undefined {
  const [all, stream] = [options.getAll(), options.getStream()];
  if (stream?.hasRevision()) return BigInt(stream.getRevision());
  return all?.hasPosition() ? BigInt(all.getPosition()?.getCommitPosition() ?? 0) : undefined;
}

/** Waits until the client takes more, or is gone. */
async function drained(call: Call): Promise<void> {
  const over = new AbortController();
  const events = ['drain', 'cancelled', 'close', 'error'];
  await Promise.race(events.map((event) => once(call, event, { signal: over.signal }))).catch(
    () => undefined,
  );
  over.abort();
}
