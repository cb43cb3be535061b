import { EventStoreDBClient, NotLeaderError } from '@eventstore/db-client';
import type { Channel } from '@grpc/grpc-js';
import { CallTimedOut, isAnswer } from './eventstoredb-retry.ts';
import { withAddresses } from './eventstoredb-tls.ts';
import { LogUnavailable } from './log.ts';

/** The right to use a client; `settle` gives it back and says how it went. */
export type Lease = {
  readonly client: EventStoreDBClient;
  settle(failure?: unknown): void;
};

/**
 * The way to the server. A client of version 6.2.1 does not get over failures by itself, so each has one
 * channel only: a failure retires it, the next call gets a fresh one, and the old one is closed when the
 * last call on it has ended.
 */
export type Connection = {
  /** Throws LogUnavailable once closed. */
  lease(): Lease;
  close(): void;
};

type Slot = {
  readonly client: EventStoreDBClient;
  readonly shut: () => void;
  uses: number;
  timeouts: number;
  retired: boolean;
};

/** A server that is merely slow keeps its client after the first time-out. */
const timeoutsMax = 2;

/** Checks the connection string (RangeError, without the string: it holds a password) and connects on first use. */
export function openConnection(url: string): Connection {
  let current = openSlot(url);
  let closed = false;
  const slots = new Set([current]);
  const dispose = (slot: Slot) => {
    slots.delete(slot);
    slot.shut();
  };
  const replace = (slot: Slot, failure: unknown) => {
    if (slot.retired || closed) return;
    slot.retired = true;
    current = openSlot(failure instanceof NotLeaderError ? leaderUrl(url, failure) : url);
    slots.add(current);
  };
  const lease = (): Lease => {
    if (closed) throw new LogUnavailable('the log is closed');
    const slot = current;
    let settled = false;
    slot.uses += 1;
    const settle = (failure?: unknown) => {
      if (settled) return;
      settled = true;
      slot.uses -= 1;
      slot.timeouts = failure instanceof CallTimedOut ? slot.timeouts + 1 : 0;
      const slow = failure instanceof CallTimedOut && slot.timeouts < timeoutsMax;
      if (failure !== undefined && !isAnswer(failure) && !slow) replace(slot, failure);
      if (slot.retired && slot.uses === 0) dispose(slot);
    };
    return { client: slot.client, settle };
  };
  const close = () => {
    closed = true;
    for (const slot of slots) dispose(slot);
  };
  return { lease, close };
}

/** What the client keeps to itself and this store has to change; checked, so that another version fails at once. */
type Inside = {
  supports: () => Promise<boolean>;
  handleError: () => Promise<void>;
  getChannel: () => Promise<Channel>;
};

function openSlot(url: string): Slot {
  const client = parsed(url);
  const inside = client as unknown as Inside;
  const { getChannel } = inside;
  for (const member of [inside.supports, inside.handleError, getChannel]) {
    if (typeof member !== 'function') throw new Error('@eventstore/db-client is not 6.2.1');
  }
  // Batch appends share one stream and one table of promises per process: an error of one rejects the others,
  // or leaves them pending for ever, and their deadline is a time of day. Without them an append is one call
  // (as it would be with credentials on it, which a server without users does not have).
  inside.supports = async () => false;
  // Its own reconnecting waits for a channel that may be failing just then, with nobody to catch the rejection.
  inside.handleError = async () => undefined;
  const channels = new Set<Channel>();
  let isShut = false;
  const never = new Promise<never>(() => undefined);
  // A call that starts on a closed channel throws where nobody catches it: better that it never starts.
  inside.getChannel = async () => {
    if (isShut) return never;
    const channel = await getChannel();
    channels.add(channel);
    if (!isShut) return channel;
    channel.close();
    return never;
  };
  const shut = () => {
    isShut = true;
    client.dispose().catch(() => undefined);
    for (const channel of channels) channel.close();
  };
  return { client, shut, uses: 0, timeouts: 0, retired: false };
}

function parsed(url: string): EventStoreDBClient {
  try {
    return withAddresses(() => EventStoreDBClient.connectionString(url));
  } catch {
    throw new RangeError('the EventStoreDB connection string, or a file it names, is not valid');
  }
}

/** The same credentials and options, for the leader that a follower named. */
const leaderUrl = (url: string, { leader }: NotLeaderError): string =>
  url.replace(
    /^esdb(?:\+discover)?:\/\/(?<credentials>[^@/?]*@)?[^/?]*/,
    `esdb://$<credentials>${leader.address}:${leader.port}`,
  );
