import t, { type Test } from 'tap';
import { copyLog, copyThroughPort } from './copy.ts';
import { startDouble } from './double/server.ts';
import { eventually } from './fixtures/eventually.ts';
import { openPlatform, type Platform, start, writeHistory } from './fixtures/platform.ts';
import { tallyProjection } from './fixtures/tally.ts';
import type { Log } from './log.ts';
import { mustAppend, probeEvent, probeStream } from './log-probe.ts';
import { moveConsumers } from './moved.ts';
import { openLog, openUnchecked } from './open-log.ts';
import { parkedEvents } from './parked.ts';
import { runReaction } from './react.ts';
import { readiness } from './wait-for.ts';

const { signal } = new AbortController();

async function eventStore(t: Test, database: Platform['database'], from?: Log) {
  const double = await startDouble();
  const { log } = await openUnchecked({ database, eventStoreUrl: double.url });
  t.teardown(async () => {
    await log.close();
    await double.close();
  });
  if (from !== undefined) {
    const to = copyThroughPort(log);
    const copied = await copyLog({ from, to, signal, progress: () => undefined });
    t.match(copied, { equal: true });
  }
  return { log, url: double.url };
}

/** Runs a reaction until it is at the head of the log; gives the `n` of the events it was given. */
async function react({ database }: Platform, log: Log, fails = -1): Promise<unknown[]> {
  const given: unknown[] = [];
  const stopping = new AbortController();
  const done = runReaction({
    ...{ log, database, name: 'moving', prefixes: ['moving-'], owner: 'test' },
    signal: stopping.signal,
    report: () => undefined,
    async on({ data }) {
      const { n } = data as { n: number };
      if (n === fails) throw new Error('never');
      given.push(n);
    },
  });
  const head = await log.head();
  await eventually(async () => (await readiness(database, log, 'moving')).position >= head);
  stopping.abort();
  await done;
  return given;
}

t.test('a log that was moved is refused until the consumers were moved too', async (t) => {
  const platform = await openPlatform(t);
  const { database, log } = platform;
  const stream = probeStream('moving');
  await writeHistory(log, 'tally');
  await openLog({ database });
  const projected = start(platform, tallyProjection(['tally-'], 7));
  await mustAppend(log, probeStream('moving'), [probeEvent({ n: 0 })], 'none');
  await mustAppend(log, stream, [probeEvent({ n: 1 }), probeEvent({ n: 2 })], 'none');
  t.same(await react(platform, log, 1), [0]);
  await eventually(async () => (await readiness(database, log, 'tally_7')).state === 'live');
  const there = await eventStore(t, database, log);
  const place = { database, eventStoreUrl: there.url };
  await t.rejects(openLog(place), { name: 'LogMoved', message: '--after-move' });
  await t.rejects(moveConsumers(database, there.log, 'eventstoredb'), {
    message: /services still run/,
  });
  await projected.stop();

  const moved = await moveConsumers(database, there.log, 'eventstoredb');
  t.same(moved.dropped, ['tally_7']);
  t.match(await readiness(database, there.log, 'tally_7'), { position: 0n, state: 'building' });
  const parked = (await parkedEvents(database, 'moving')).map(({ position }) => position);
  const positions: bigint[] = [];
  for await (const { position } of there.log.read(stream)) positions.push(position);
  t.same(parked, positions, 'events set aside are found where they are now');
  const opened = await openLog(place);
  t.teardown(() => opened.close());
  await mustAppend(opened, probeStream('moving'), [probeEvent({ n: 3 })], 'none');
  t.same(await react(platform, opened), [3], 'none skipped, none again');
  await t.rejects(openLog({ database }), { name: 'LogMoved' }, 'nor back without the command');
});

t.test('another store of the same kind is noticed, be it longer or shorter', async (t) => {
  const platform = await openPlatform(t);
  const { database } = platform;
  const one = await eventStore(t, database);
  await (await openLog({ database, eventStoreUrl: one.url })).close();
  const streams = [probeStream('moving'), probeStream('moving')] as const;
  for (const [n, stream] of streams.entries()) {
    await mustAppend(one.log, stream, [probeEvent({ n })], 'none');
  }
  t.same((await react(platform, one.log)).sort(), [0, 1]);
  await (await openLog({ database, eventStoreUrl: one.url })).close();

  const shorter = await eventStore(t, database);
  await t.rejects(openLog({ database, eventStoreUrl: shorter.url }), { message: /log ends at/ });
  await mustAppend(shorter.log, probeStream(), [probeEvent({ text: 'x'.repeat(9_999) })], 'none');
  for (let n = 0; n < 9; n++) await mustAppend(shorter.log, probeStream(), [probeEvent()], 'none');
  await t.rejects(openLog({ database, eventStoreUrl: shorter.url }), {
    message: /last event of moving/,
  });
  await t.rejects(moveConsumers(database, shorter.log, 'eventstoredb'), {
    message: /it is no copy/,
  });
});

t.test('a consumer that was set back by hand begins again after a move', async (t) => {
  const platform = await openPlatform(t);
  const { database, log } = platform;
  await mustAppend(log, probeStream('moving'), [probeEvent({ n: 4 })], 'none');
  await react(platform, log);
  await database.query('update event_log.consumer set position = 0');
  const there = await eventStore(t, database, log);
  await moveConsumers(database, there.log, 'eventstoredb');
  t.same(await react(platform, there.log), [4]);
});

t.test('nobody consumes before a store that was away has told what it holds', async (t) => {
  const platform = await openPlatform(t);
  const { database } = platform;
  const one = await eventStore(t, database);
  await (await openLog({ database, eventStoreUrl: one.url })).close();
  await mustAppend(one.log, probeStream('moving'), [probeEvent({ n: 5 })], 'none');
  await react(platform, one.log);

  const other = await startDouble();
  await other.refuse();
  const opened = await openLog({ database, eventStoreUrl: other.url });
  t.teardown(async () => {
    await opened.close();
    await other.close();
  });
  await other.listen();
  const following = opened.follow({ after: 0n, signal })[Symbol.asyncIterator]();
  await t.rejects(following.next(), { name: 'LogMoved' });
});
