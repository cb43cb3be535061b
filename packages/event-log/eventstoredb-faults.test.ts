import t from 'tap';
import { doubleFor, logFor, rejection, timed } from './double/fixture.ts';
import { type Log, LogUnavailable } from './log.ts';
import { mustAppend, probeEvent, probeStream, readAll } from './log-probe.ts';

t.test(
  'an append whose answer is lost is in the log once, and its answer is the first',
  async (t) => {
    const double = await doubleFor(t);
    const log = await logFor(t, double.url);
    for (const fault of ['cut-before', 'cut-after', 'silent'] as const) {
      const stream = probeStream();
      const events = [probeEvent({ n: 1 }), probeEvent({ n: 2 })];
      double.faults.nextAppend = fault;
      const result = await mustAppend(log, stream, events, 'none');
      const records = await readAll(log, stream);
      t.same(
        records.map(({ id }) => id),
        events.map(({ id }) => id),
        fault,
      );
      t.match(result, { revision: 1n, position: records[1]?.position, duplicate: false }, fault);
    }
  },
);

t.test('after a crash between commit and answer the retry is recognised', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url);
  const crashing = await logFor(t, double.url, { appendTimeoutMs: 1_000 });
  const [stream, event] = [probeStream(), probeEvent()];
  await mustAppend(log, stream, [probeEvent()], 'none');
  double.faults.nextAppend = 'silent';
  // A retry is silent as well: the server hears of each call, and answers none.
  const silence = setInterval(() => {
    double.faults.nextAppend = 'silent';
  }, 1);
  const lost = await rejection(crashing.append(stream, [event], { expected: 0n }));
  clearInterval(silence);
  double.faults.nextAppend = undefined;
  t.ok(lost instanceof LogUnavailable, String(lost));
  await crashing.close();
  await mustAppend(log, stream, [probeEvent()], 1n);
  const [, first] = await readAll(log, stream);
  for (const expected of [0n, 1n, 2n, 7n, 'none'] as const) {
    const fresh = await logFor(t, double.url);
    const again = await fresh.append(stream, [event], { expected });
    const want = { appended: true, revision: 1n, position: first?.position, duplicate: true };
    t.same(again, want, `expected ${expected}`);
  }
});

t.test('a read that is cut goes on where it was', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url, { callTimeoutMs: 5_000 });
  const stream = probeStream();
  const events = Array.from({ length: 1_200 }, (_, n) => probeEvent({ n }));
  await mustAppend(log, stream, events, 'none');
  const revisions = async (options: Parameters<Log['read']>[1]) =>
    (await readAll(log, stream, options)).map(({ revision }) => Number(revision));
  const range = events.map((_, n) => n);
  double.faults.cutReadAfter = 700;
  t.same(await revisions({}), range);
  t.equal(double.faults.cutReadAfter, undefined, 'it was cut');
  double.faults.cutReadAfter = 700;
  t.same(await revisions({ backwards: true, max: 900 }), range.toReversed().slice(0, 900));
  t.equal(double.faults.cutReadAfter, undefined, 'it was cut');
});

t.test('a clock that is ahead at the server fails nothing, nor does a cut elsewhere', async (t) => {
  const [ahead, other] = [await doubleFor(t), await doubleFor(t)];
  ahead.faults.clockAheadMs = 3_600_000;
  const log = await logFor(t, ahead.url);
  const elsewhere = await logFor(t, other.url);
  other.faults.nextAppend = 'cut-before';
  const results = await Promise.all([
    mustAppend(log, probeStream(), [probeEvent()], 'none'),
    mustAppend(elsewhere, probeStream(), [probeEvent()], 'none'),
  ]);
  t.match(results, [{ duplicate: false }, { duplicate: false }]);
});

t.test('under cuts at any moment every acknowledged append is there once', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url, { appendTimeoutMs: 30_000 });
  let cuts = 0;
  const cutting = setInterval(() => {
    cuts += 1;
    double.cut();
  }, 35);
  const writer = async (n: number) => {
    const stream = probeStream();
    const ids: string[] = [];
    for (let revision = 0; revision < 40; revision++) {
      const event = probeEvent({ n, revision });
      const expected = revision === 0 ? 'none' : BigInt(revision - 1);
      t.equal((await mustAppend(log, stream, [event], expected)).revision, BigInt(revision));
      ids.push(event.id);
    }
    return { stream, ids };
  };
  const written = await Promise.all(Array.from({ length: 12 }, (_, n) => writer(n)));
  clearInterval(cutting);
  t.ok(cuts > 2, `${cuts} cuts`);
  for (const { stream, ids } of written) {
    t.same(
      (await readAll(log, stream)).map(({ id }) => id),
      ids,
    );
  }
});

t.test('a caller who gives up is let go at once', async (t) => {
  const double = await doubleFor(t);
  const log = await logFor(t, double.url, { callTimeoutMs: 20_000 });
  double.faults.nextAppend = 'silent';
  const signal = AbortSignal.timeout(50);
  const { result, tookMs } = await timed(() =>
    rejection(log.append(probeStream(), [probeEvent()], { expected: 'none', signal })),
  );
  t.match(result, { name: 'TimeoutError' });
  t.ok(tookMs < 10_000, `after ${tookMs} ms`);
});
