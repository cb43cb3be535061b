import { randomUUID } from 'node:crypto';
import {
  type AppendToStreamOptions,
  BACKWARDS,
  END,
  EventStoreDBClient,
  jsonEvent,
  MaxAppendSizeExceededError,
  NO_STREAM,
  type ResolvedEvent,
  StreamDeletedError,
  StreamNotFoundError,
  UnavailableError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import t, { type Test } from 'tap';
import { doubleFor, rejection } from './double/fixture.ts';

// Facts measured on a server of version 22.10 with client 6.2.1: the double keeps them, so that what passes on
// it passes there.

const credentials = { username: 'admin', password: 'changeit' };

async function raw(t: Test, url: string): Promise<EventStoreDBClient> {
  const client = EventStoreDBClient.connectionString(url);
  t.teardown(() => client.dispose());
  return client;
}

const event = (data: { [key: string]: unknown } = {}) =>
  jsonEvent({ id: randomUUID(), type: 'probed.v1', data });

async function all(stream: AsyncIterable<ResolvedEvent>): Promise<ResolvedEvent[]> {
  const events: ResolvedEvent[] = [];
  for await (const one of stream) events.push(one);
  return events;
}

/** The unary append (credentials given) and the batch append behave alike. */
const ways: readonly AppendToStreamOptions[] = [{ credentials }, {}];

t.test('the same ids at the same revision succeed again, with the first answer', async (t) => {
  const client = await raw(t, (await doubleFor(t)).url);
  for (const way of ways) {
    const [stream, first] = [randomUUID(), event()];
    const options = { ...way, expectedRevision: NO_STREAM } as const;
    const once = await client.appendToStream(stream, first, options);
    await client.appendToStream(stream, event(), { ...way, expectedRevision: 0n });
    t.same(await client.appendToStream(stream, first, options), once);
    t.match(once, { success: true, nextExpectedRevision: 0n });
    t.equal(once.position?.commit, once.position?.prepare);
    const other = { ...first, data: { other: 'content' } };
    t.same(await client.appendToStream(stream, other, options), once, 'whatever their content');
  }
});

t.test('a wrong revision, too much, nothing at all', async (t) => {
  const client = await raw(t, (await doubleFor(t)).url);
  for (const way of ways) {
    const stream = randomUUID();
    const append = (expectedRevision: bigint | typeof NO_STREAM, ...events: object[]) =>
      rejection(
        client.appendToStream(stream, events as ReturnType<typeof event>[], {
          ...way,
          expectedRevision,
        }),
      );
    const missing = await append(3n, event());
    t.ok(missing instanceof WrongExpectedVersionError);
    t.match(missing, { type: 'wrong-expected-version', actualVersion: 'no_stream' });
    t.equal(await append(NO_STREAM, event()), 'no error');
    t.match(await append(NO_STREAM, event()), { actualVersion: 0n });
    const large = await append(0n, event({ text: 'x'.repeat(1024 * 1024) }));
    t.ok(large instanceof MaxAppendSizeExceededError, String(large));
    t.match(large, { maxAppendSize: 1_048_576 });
    t.equal(await append(0n), 'no error', 'an append of no events');
  }
});

t.test('streams that are missing, deleted, closed for ever', async (t) => {
  const client = await raw(t, (await doubleFor(t)).url);
  const stream = randomUUID();
  const reading = () => rejection(all(client.readStream(stream)));
  t.ok((await reading()) instanceof StreamNotFoundError);
  await client.appendToStream(stream, event(), { credentials, expectedRevision: NO_STREAM });
  await client.deleteStream(stream);
  t.ok((await reading()) instanceof StreamNotFoundError);
  const again = await client.appendToStream(stream, event(), {
    credentials,
    expectedRevision: NO_STREAM,
  });
  t.equal(again.nextExpectedRevision, 1n, 'revisions continue');
  await client.tombstoneStream(stream);
  t.ok((await reading()) instanceof StreamDeletedError);
  const appending = client.appendToStream(stream, event(), { credentials });
  t.ok((await rejection(appending)) instanceof StreamDeletedError);
});

t.test('where reads and subscriptions begin', async (t) => {
  const client = await raw(t, (await doubleFor(t)).url);
  const stream = randomUUID();
  const [one, two, three] = [event(), event(), event()];
  await client.appendToStream(stream, [one, two, three], { credentials });
  const ids = (events: readonly ResolvedEvent[]) => events.map(({ event }) => event?.id);
  const inclusive = await all(client.readStream(stream, { fromRevision: 1n }));
  t.same(ids(inclusive), [two.id, three.id]);
  const last = await all(
    client.readStream(stream, { direction: BACKWARDS, fromRevision: END, maxCount: 1 }),
  );
  t.same(ids(last), [three.id]);
  const position = inclusive[0]?.event?.position;
  if (position === undefined) throw new Error('an event has a position');
  const read = await all(client.readAll({ fromPosition: position, maxCount: 1 }));
  t.same(ids(read), [two.id]);
  const subscription = client.subscribeToAll({ fromPosition: position });
  for await (const { event } of subscription) {
    t.equal(event?.id, three.id, 'a subscription begins after its position');
    break;
  }
  await subscription.unsubscribe();
});

t.test(
  'a subscription to a stream that does not exist yet waits; caughtUp is never said',
  async (t) => {
    const client = await raw(t, (await doubleFor(t)).url);
    const stream = randomUUID();
    const subscription = client.subscribeToStream(stream);
    let caughtUp = false;
    subscription.on('caughtUp', () => {
      caughtUp = true;
    });
    const first = event();
    subscription.once('confirmation', () => {
      client.appendToStream(stream, first, { credentials });
    });
    for await (const { event } of subscription) {
      t.equal(event?.id, first.id);
      break;
    }
    t.notOk(caughtUp);
    await subscription.unsubscribe();
  },
);

t.test('events of the server lie between ours, and positions have gaps', async (t) => {
  const double = await doubleFor(t);
  const client = await raw(t, double.url);
  for (let n = 0; n < 7; n++) await client.appendToStream('probe-1', event(), { credentials });
  const events = await all(client.readAll() as AsyncIterable<ResolvedEvent>);
  const streams = events.map(({ event }) => event?.streamId ?? '');
  const [from, to] = [streams.indexOf('probe-1'), streams.lastIndexOf('probe-1')];
  t.ok(streams.slice(from, to).some((stream) => stream.startsWith('$')));
  const positions = events.map(({ event }) => event?.position?.commit ?? 0n);
  t.ok(positions.every((position, n) => n === 0 || position > (positions[n - 1] ?? 0n) + 1n));
});

t.test(
  'a server that is away: an untyped error from an append, UnavailableError from a read',
  async (t) => {
    const double = await doubleFor(t);
    await double.refuse();
    const client = await raw(t, double.url);
    const appended = await rejection(client.appendToStream('probe-1', event()));
    t.ok(appended instanceof Error && !(appended instanceof UnavailableError), String(appended));
    t.ok((await rejection(all(client.readStream('probe-1')))) instanceof UnavailableError);
  },
);

t.test("a server's clock that is ahead fails batch appends only", async (t) => {
  const double = await doubleFor(t);
  double.faults.clockAheadMs = 3_600_000;
  const client = await raw(t, double.url);
  t.match(await rejection(client.appendToStream('probe-1', event())), {
    type: 'deadline-exceeded',
  });
  t.match(await client.appendToStream('probe-1', event(), { credentials }), { success: true });
});
