import { randomUUID } from 'node:crypto';
import type { Test } from 'tap';
import { AppendTooLarge, appendBytesMax, type Log } from './log.ts';
import { mustAppend, probeEvent, probeStream, readAll } from './log-probe.ts';

/** Revisions, refusals, atomicity and limits of an append. */
export async function appendContract(t: Test, log: Log): Promise<void> {
  await t.test('a stream begins at revision 0 and grows by one', async (t) => {
    const stream = probeStream();
    const first = await mustAppend(log, stream, [probeEvent()], 'none');
    t.match(first, { appended: true, revision: 0n, duplicate: false });
    const second = await mustAppend(log, stream, [probeEvent(), probeEvent()], 0n);
    t.match(second, { appended: true, revision: 2n, duplicate: false });
    t.ok(second.position > first.position, 'positions grow');
    t.ok((await log.head()) >= second.position, 'the head is not behind');
  });

  await t.test('an append at another revision is refused with the actual one', async (t) => {
    const stream = probeStream();
    const refusedOn = async (expected: bigint | 'none') =>
      await log.append(stream, [probeEvent()], { expected });
    t.same(await refusedOn(0n), { appended: false, actual: 'none' });
    await mustAppend(log, stream, [probeEvent(), probeEvent()], 'none');
    t.same(await refusedOn('none'), { appended: false, actual: 1n });
    t.same(await refusedOn(0n), { appended: false, actual: 1n });
    t.same(await refusedOn(7n), { appended: false, actual: 1n });
    t.equal((await readAll(log, stream)).length, 2, 'nothing was appended');
  });

  await t.test('an append of several events is whole, in order and neighbours', async (t) => {
    const stream = probeStream();
    const events = Array.from({ length: 20 }, (_, n) => probeEvent({ n }));
    const result = await mustAppend(log, stream, events, 'none');
    const records = await readAll(log, stream);
    t.same(
      records.map((record) => record.id),
      events.map((event) => event.id),
    );
    t.equal(records.at(-1)?.position, result.position);
    t.equal(result.revision, 19n);
  });

  await t.test('an append of no events is a bug of the caller', async (t) => {
    const stream = probeStream();
    await t.rejects(log.append(stream, [], { expected: 'none' }), RangeError);
    t.same(await readAll(log, stream), []);
  });

  await t.test('more than 1 MiB is refused, a little less is not', async (t) => {
    const stream = probeStream();
    const large = [probeEvent({ text: 'é'.repeat(appendBytesMax / 2) })];
    await t.rejects(log.append(stream, large, { expected: 'none' }), AppendTooLarge);
    const half = () => probeEvent({ text: 'x'.repeat(appendBytesMax / 2) });
    await t.rejects(log.append(stream, [half(), half()], { expected: 'none' }), AppendTooLarge);
    t.same(await readAll(log, stream), []);
    const text = 'y'.repeat(appendBytesMax - 8192);
    await mustAppend(log, stream, [probeEvent({ text })], 'none');
    const [record] = await readAll(log, stream);
    t.ok(JSON.stringify(record?.data) === JSON.stringify({ text }), 'all of it came back');
  });

  await t.test('names and ids that no store could keep are bugs of the caller', async (t) => {
    const stream = probeStream();
    const refused = (name: string, event: Parameters<typeof probeEvent>[1]) =>
      t.rejects(log.append(name, [probeEvent({}, event)], { expected: 'none' }), RangeError);
    await refused('', {});
    await refused('probe-\u0000', {});
    await refused(`probe-${'x'.repeat(255)}`, {});
    await refused(stream, { type: '' });
    await refused(stream, { type: 'probed\nv1' });
    await refused(stream, { id: 'not-a-uuid' });
    await refused(stream, { id: randomUUID().toUpperCase().replace(/^./, 'F') });
    await refused(stream, { data: undefined });
  });

  await t.test('an append given up before it started appends nothing', async (t) => {
    const stream = probeStream();
    const signal = AbortSignal.abort();
    await t.rejects(log.append(stream, [probeEvent()], { expected: 'none', signal }), {
      name: 'AbortError',
    });
    t.same(await readAll(log, stream), []);
  });
}
