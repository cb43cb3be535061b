import t from 'tap';
import { doubleFor, logFor, rejection, timed } from './double/fixture.ts';
import { LogUnavailable } from './log.ts';
import { mustAppend, probeEvent, probeStream, readAll } from './log-probe.ts';

t.test(
  'a server that is away makes every call unavailable, in time, and is found again',
  async (t) => {
    const double = await doubleFor(t);
    // All that the last append has to find the server again, connecting included, on a machine that is busy.
    const timeoutMs = 5_000;
    const log = await logFor(t, double.url, {
      appendTimeoutMs: timeoutMs,
      readTimeoutMs: timeoutMs,
    });
    const [stream, event] = [probeStream(), probeEvent()];
    await double.refuse();
    const calls = [
      () => log.append(stream, [event], { expected: 'none' }),
      () => readAll(log, stream),
      () => log.head(),
    ];
    const failures = await Promise.all(calls.map((call) => timed(() => rejection(call()))));
    for (const { result, tookMs } of failures) {
      t.ok(result instanceof LogUnavailable, String(result));
      t.ok(tookMs >= 0.9 * timeoutMs && tookMs < 10 * timeoutMs, `after ${tookMs} ms`);
    }
    await double.listen();
    t.match(await mustAppend(log, stream, [event], 'none'), { revision: 0n, duplicate: false });
    t.equal((await readAll(log, stream)).length, 1);
  },
);

t.test('an append waits out a short absence, an election, a start', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url);
  await double.refuse();
  setTimeout(() => double.listen(), 300);
  t.match(await mustAppend(log, probeStream(), [probeEvent()], 'none'), { duplicate: false });
  double.faults.notReady = true;
  setTimeout(() => {
    double.faults.notReady = false;
  }, 300);
  t.match(await mustAppend(log, probeStream(), [probeEvent()], 'none'), { duplicate: false });
});

t.test('a slow server is waited for; one that is too slow is unavailable', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url);
  double.faults.slowMs = 150;
  const [stream, event] = [probeStream(), probeEvent()];
  await mustAppend(log, stream, [event], 'none');
  t.equal((await readAll(log, stream)).length, 1);
  double.faults.slowMs = 1_000;
  const hasty = await logFor(t, double.url, { appendTimeoutMs: 400, callTimeoutMs: 200 });
  const second = probeEvent();
  const { result, tookMs } = await timed(() =>
    rejection(hasty.append(stream, [second], { expected: 0n })),
  );
  t.ok(result instanceof LogUnavailable, String(result));
  t.ok(tookMs < 5_000, `after ${tookMs} ms`);
  double.faults.slowMs = 0;
  const again = await mustAppend(log, stream, [second], 0n);
  t.equal(again.revision, 1n);
  t.equal((await readAll(log, stream)).length, 2);
});

t.test('a follower node sends the caller to its leader, and the caller comes back', async (t) => {
  const one = await doubleFor(t);
  const two = await doubleFor(t, { state: one.state });
  one.faults.leader = { host: '127.0.0.1', port: two.port };
  const log = await logFor(t, one.url);
  const stream = probeStream();
  await mustAppend(log, stream, [probeEvent()], 'none');
  t.equal((await readAll(log, stream)).length, 1);
  await two.refuse();
  one.faults.leader = undefined;
  await mustAppend(log, stream, [probeEvent()], 0n);
  t.equal((await readAll(log, stream)).length, 2);
});

t.test('refused rights are said at once, and asked for again the next time', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url);
  double.faults.accessDenied = true;
  for (const call of [
    () => log.append(probeStream(), [probeEvent()], { expected: 'none' }),
    () => readAll(log, probeStream()),
    () => log.head(),
  ]) {
    const { result, tookMs } = await timed(() => rejection(call()));
    t.ok(result instanceof LogUnavailable, String(result));
    t.ok(tookMs < 10_000, `after ${tookMs} ms`);
  }
  double.faults.accessDenied = false;
  await mustAppend(log, probeStream(), [probeEvent()], 'none');
});

t.test('a cluster that cannot be found poisons nothing', async (t) => {
  const one = await doubleFor(t);
  const two = await doubleFor(t, { state: one.state });
  const members = [
    { host: '127.0.0.1', port: one.port, leads: false },
    { host: '127.0.0.1', port: two.port, leads: true },
  ];
  one.members = members;
  two.members = members;
  const hosts = [one, two].map(({ port }) => `127.0.0.1:${port}`).join(',');
  const url = `esdb://${hosts}?tls=false&maxDiscoverAttempts=2&discoveryInterval=10`;
  const log = await logFor(t, url, { appendTimeoutMs: 6_000 });
  const stream = probeStream();
  await mustAppend(log, stream, [probeEvent()], 'none');
  await Promise.all([one.refuse(), two.refuse()]);
  const events = Array.from({ length: 30 }, () => probeEvent());
  const append = (event: (typeof events)[number]) =>
    log.append(probeStream(), [event], { expected: 'none' });
  for (const failure of await Promise.all(events.map((event) => rejection(append(event))))) {
    t.ok(failure instanceof LogUnavailable, String(failure));
  }
  await Promise.all([one.listen(), two.listen()]);
  for (const result of await Promise.all(events.map(append))) t.match(result, { appended: true });
  await mustAppend(log, stream, [probeEvent()], 0n);
});

t.test('a closed log says so', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url);
  await mustAppend(log, probeStream(), [probeEvent()], 'none');
  await log.close();
  await t.rejects(log.append(probeStream(), [probeEvent()], { expected: 'none' }), LogUnavailable);
  await t.rejects(readAll(log, probeStream()), LogUnavailable);
  await t.rejects(log.head(), LogUnavailable);
});
