import type { Test } from 'tap';
import { ContentMismatch, type Log, type NewEvent } from './log.ts';
import { mustAppend, probeEvent, probeStream, readAll } from './log-probe.ts';

/** A retried append is recognised by its ids, whatever happened since. */
export async function duplicateContract(t: Test, log: Log): Promise<void> {
  await t.test('a repeated append answers the first result and appends nothing', async (t) => {
    const stream = probeStream();
    const events = [probeEvent({ n: 1 }), probeEvent({ n: 2 })];
    const first = await mustAppend(log, stream, events, 'none');
    const again = { ...first, duplicate: true };
    t.same(await log.append(stream, events, { expected: 'none' }), again);
    const later = await mustAppend(log, stream, [probeEvent({ n: 3 })], 1n);
    for (const expected of ['none', 0n, 1n, 2n, 9n] as const) {
      t.same(await log.append(stream, events, { expected }), again, `expected ${expected}`);
    }
    t.equal((await readAll(log, stream)).length, 3);
    t.equal((await readAll(log, stream)).at(-1)?.position, later.position);
  });

  await t.test('an append repeated in the middle of a stream is recognised too', async (t) => {
    const stream = probeStream();
    await mustAppend(log, stream, [probeEvent()], 'none');
    const event = probeEvent({ n: 2 });
    const first = await mustAppend(log, stream, [event], 0n);
    await mustAppend(log, stream, [probeEvent()], 1n);
    t.same(await log.append(stream, [event], { expected: 0n }), { ...first, duplicate: true });
    t.same(await log.append(stream, [event], { expected: 2n }), { ...first, duplicate: true });
  });

  await t.test('a retry has its own time and trace, and the first ones stay', async (t) => {
    const stream = probeStream();
    const event = probeEvent();
    await mustAppend(log, stream, [event], 'none');
    const retried = {
      ...event,
      metadata: { ...event.metadata, occurredAt: '2026-03-02T00:00:00.000Z' },
    };
    t.match(await log.append(stream, [retried], { expected: 'none' }), { duplicate: true });
    t.same((await readAll(log, stream))[0]?.metadata, event.metadata);
  });

  await t.test('the same fields in another order are the same content', async (t) => {
    const stream = probeStream();
    const event = probeEvent({ a: 1, b: [{ c: 2, d: null }] });
    await mustAppend(log, stream, [event], 'none');
    const reordered = { ...event, data: { b: [{ d: null, c: 2 }], a: 1 } };
    t.match(await log.append(stream, [reordered], { expected: 'none' }), { duplicate: true });
  });

  await t.test('the same ids with other content are an error', async (t) => {
    const stream = probeStream();
    const [one, two] = [probeEvent({ n: 1 }), probeEvent({ n: 2 })];
    await mustAppend(log, stream, [one, two], 'none');
    const refused = async (why: string, events: readonly NewEvent[]) => {
      for (const expected of ['none', 1n] as const) {
        await t.rejects(log.append(stream, events, { expected }), ContentMismatch, why);
      }
    };
    await refused('other data', [{ ...one, data: { n: 9 } }, two]);
    await refused('another type', [{ ...one, type: 'other.v1' }, two]);
    await refused('another order', [two, one]);
    await refused('one event more', [one, two, probeEvent()]);
    await refused('a new event first', [probeEvent(), one]);
    await refused('an id twice', [one, one]);
    t.equal((await readAll(log, stream)).length, 2, 'nothing was appended');
    await mustAppend(log, stream, [probeEvent()], 1n);
  });
}
