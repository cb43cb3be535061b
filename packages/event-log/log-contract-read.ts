import fc from 'fast-check';
import type { Test } from 'tap';
import type { Log } from './log.ts';
import { followUntil, mustAppend, probeEvent, probeStream, readAll } from './log-probe.ts';

/** What was written comes back, from any revision in either direction. */
export async function readContract(t: Test, log: Log): Promise<void> {
  await t.test('a stream is read from any revision, both ways, bounded', async (t) => {
    const stream = probeStream();
    const total = 23;
    const events = Array.from({ length: total }, (_, n) => probeEvent({ n }));
    await mustAppend(log, stream, events, 'none');
    const revisions = async (options: Parameters<Log['read']>[1]) =>
      (await readAll(log, stream, options)).map((record) => Number(record.revision));
    const range = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, n) => from + n);
    t.same(await revisions({}), range(0, 22));
    t.same(await revisions({ from: 20n }), range(20, 22));
    t.same(await revisions({ from: 5n, max: 3 }), range(5, 7));
    t.same(await revisions({ from: 23n }), []);
    t.same(await revisions({ max: 0 }), []);
    t.same(await revisions({ backwards: true }), range(0, 22).reverse());
    t.same(await revisions({ backwards: true, max: 2 }), [22, 21]);
    t.same(await revisions({ backwards: true, from: 1n }), [1, 0]);
    t.same(await revisions({ backwards: true, from: 99n, max: 1 }), [22]);
  });

  await t.test('a stream longer than any page is read whole', async (t) => {
    const stream = probeStream();
    const total = 2_400;
    for (let from = 0; from < total; from += 400) {
      const events = Array.from({ length: 400 }, (_, n) => probeEvent({ n: from + n }));
      await mustAppend(log, stream, events, from === 0 ? 'none' : BigInt(from - 1));
    }
    const forwards = await readAll(log, stream);
    t.equal(forwards.length, total);
    t.ok(forwards.every((record, n) => record.revision === BigInt(n)));
    const backwards = await readAll(log, stream, { backwards: true });
    t.ok(backwards.every((record, n) => record.revision === BigInt(total - 1 - n)));
    t.equal(backwards.length, total);
  });

  await t.test('a stream that does not exist has no events', async (t) => {
    t.same(await readAll(log, probeStream()), []);
    t.same(await readAll(log, probeStream(), { backwards: true, max: 1 }), []);
  });

  await t.test('a reader may stop in the middle', async (t) => {
    const stream = probeStream();
    await mustAppend(log, stream, [probeEvent(), probeEvent()], 'none');
    for await (const record of log.read(stream)) {
      t.equal(record.revision, 0n);
      break;
    }
  });

  await t.test('a record says everything about its event', async (t) => {
    const stream = probeStream();
    const event = probeEvent({ n: 1 });
    const before = Date.now();
    const { position } = await mustAppend(log, stream, [event], 'none');
    const [record] = await readAll(log, stream);
    if (record === undefined) throw new Error('the event is not in the log');
    const { recordedAt, ...rest } = record;
    t.same(rest, { ...event, stream, revision: 0n, position });
    t.equal(new Date(recordedAt).toISOString(), recordedAt, 'ISO 8601, UTC');
    t.ok(Math.abs(new Date(recordedAt).getTime() - before) < 3_600_000, 'recorded now');
  });
  await largeEvents(t, log);
  await jsonRoundTrip(t, log);
}

async function largeEvents(t: Test, log: Log): Promise<void> {
  await t.test('large events are read and followed whole', async (t) => {
    const stream = probeStream();
    const after = await log.head();
    const total = 12;
    for (let n = 0; n < total; n++) {
      const text = String(n % 10).repeat(900_000);
      await mustAppend(log, stream, [probeEvent({ text })], n === 0 ? 'none' : BigInt(n - 1));
    }
    const backwards = await readAll(log, stream, { backwards: true });
    t.same(
      backwards.map((record) => record.revision),
      Array.from({ length: total }, (_, n) => BigInt(total - 1 - n)),
    );
    t.equal((await readAll(log, stream)).length, total);
    const { records } = await followUntil(
      log,
      { after, prefixes: [stream] },
      (_, batch) => batch.caughtUp,
    );
    t.same(
      records.map((record) => record.revision),
      Array.from({ length: total }, (_, n) => BigInt(n)),
    );
  });
}

async function jsonRoundTrip(t: Test, log: Log): Promise<void> {
  await t.test('any JSON comes back as it was', async (t) => {
    const texts = [
      '🏳️‍🌈𝔘𠮷',
      '\u202Eمرحبا\u200F',
      'e\u0301é',
      '\u0000\u0007',
      '\ud800',
      '\\u0000',
      "'$1",
    ];
    await roundTrip(t, log, [...texts, ...texts.map((text) => ({ [text]: [text, null, 1e21] }))]);
    await roundTrip(t, log, [
      JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
      null,
      false,
      0.1,
    ]);
    const values = fc.array(fc.jsonValue({ maxDepth: 4 }), { minLength: 1, maxLength: 20 });
    const property = fc.asyncProperty(values, (list) => roundTrip(t, log, list));
    await fc.assert(property, { numRuns: 15 });
  });
}

async function roundTrip(t: Test, log: Log, values: readonly unknown[]): Promise<void> {
  const stream = probeStream();
  const events = values.map((data) => probeEvent(data));
  await mustAppend(log, stream, events, 'none');
  const records = await readAll(log, stream);
  const written = JSON.stringify(values);
  t.equal(JSON.stringify(records.map((record) => record.data)), written);
}
