import t, { type Test } from 'tap';
import { doubleFor, logFor, until } from './double/fixture.ts';
import type { Log } from './log.ts';
import { deadlineMs, mustAppend, probeCategory, probeEvent, probeStream } from './log-probe.ts';

async function write(log: Log, category: string, count: number): Promise<string[]> {
  const events = Array.from({ length: count }, () => probeEvent());
  await mustAppend(log, probeStream(category), events, 'none');
  return events.map(({ id }) => id);
}

/** One follower that stays through the faults; `seen` are the ids it got, `caughtUpAt` where it last said so. */
function follower(t: Test, log: Log, category: string) {
  const seen: string[] = [];
  const state = { caughtUpAt: -1n, position: -1n };
  const controller = new AbortController();
  const running = (async () => {
    const options = { after: 0n, prefixes: [`${category}-`], batchMax: 50 };
    for await (const batch of log.follow({ ...options, signal: controller.signal })) {
      seen.push(...batch.records.map(({ id }) => id));
      t.ok(batch.position >= state.position, 'the cursor never goes back');
      state.position = batch.position;
      if (batch.caughtUp) state.caughtUpAt = batch.position;
    }
  })();
  t.teardown(async () => {
    controller.abort();
    await running;
  });
  return { seen, state };
}

t.test('a follower goes on by itself after every fault, none skipped, none twice', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url);
  const category = probeCategory();
  const { seen, state } = follower(t, log, category);
  const written = await write(log, category, 120);
  await until(() => seen.length === written.length);

  double.cut();
  written.push(...(await write(log, category, 30)));
  await until(() => seen.length === written.length);

  double.faults.cutReadAfter = 40;
  double.cut();
  written.push(...(await write(log, category, 200)));
  await until(() => seen.length === written.length);

  await double.refuse();
  setTimeout(() => double.listen(), 200);
  written.push(...(await write(log, category, 5)));
  await until(() => seen.length === written.length);

  double.faults.notReady = true;
  double.cut();
  setTimeout(() => {
    double.faults.notReady = false;
  }, 200);
  written.push(...(await write(log, category, 5)));
  await until(() => seen.length === written.length);

  double.faults.deliverTwice = true;
  double.cut();
  written.push(...(await write(log, category, 60)));
  await until(() => seen.length === written.length);

  const head = await log.head();
  await until(() => state.caughtUpAt >= head);
  t.same(seen, written);
});

t.test('a subscription that stays open and delivers nothing is made again', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url);
  const category = probeCategory();
  const { seen, state } = follower(t, log, category);
  const written = await write(log, category, 3);
  await until(() => state.caughtUpAt >= 0n && seen.length === 3);
  double.faults.stalled = true;
  written.push(...(await write(log, category, 3)));
  setTimeout(() => {
    double.faults.stalled = false;
  }, 400);
  await until(() => seen.length === written.length);
  t.same(seen, written);
});

t.test('a follower finds a server that comes back elsewhere with the same data', async (t) => {
  const first = await doubleFor(t);
  const second = await doubleFor(t, { state: first.state });
  first.members = [{ host: '127.0.0.1', port: first.port, leads: true }];
  await second.refuse();
  const url = `esdb://127.0.0.1:${first.port},127.0.0.1:${second.port}?tls=false`;
  const log = await logFor(t, url);
  const category = probeCategory();
  const { seen } = follower(t, log, category);
  const written = await write(log, category, 40);
  await until(() => seen.length === 40);
  await first.close();
  await second.listen();
  written.push(...(await write(log, category, 40)));
  await until(() => seen.length === written.length);
  t.same(seen, written);
});

t.test(
  'an empty log is caught up at once, and so is one that ends with events of the server',
  async (t) => {
    const double = await doubleFor(t);
    const log = await logFor(t, double.url);
    const signal = AbortSignal.timeout(deadlineMs);
    for await (const batch of log.follow({ after: 0n, signal })) {
      t.same(batch.records, [], 'events of the server are not ours');
      if (batch.caughtUp) break;
    }
    // The double writes statistics of its own after every third append.
    for (let n = 0; n < 3; n++) await write(log, 'probe', 1);
    t.match(double.state.all.at(-1), { type: '$statsCollected' });
    let records = 0;
    for await (const batch of log.follow({ after: 0n, signal })) {
      records += batch.records.length;
      if (batch.caughtUp) break;
    }
    t.equal(records, 3);
    t.equal(await log.head(), double.state.all.at(-1)?.position);
  },
);

t.test('followers end with the log, and wrong options are refused', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url);
  const signal = AbortSignal.timeout(deadlineMs);
  for (const wrong of [
    { after: -1n },
    { after: 0n, batchMax: 0 },
    { after: 0n, batchMax: 5_001 },
  ]) {
    const first = log
      .follow({ ...wrong, signal })
      [Symbol.asyncIterator]()
      .next();
    await t.rejects(first, RangeError);
  }
  for await (const batch of log.follow({ after: 0n, signal })) {
    if (batch.caughtUp) setImmediate(() => log.close());
  }
  t.notOk(signal.aborted, 'it ended before its time');
});
