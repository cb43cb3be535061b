import type { Test } from 'tap';
import type { Log } from './log.ts';
import { followUntil, mustAppend, probeCategory, probeEvent, probeStream } from './log-probe.ts';

/** Followers: order, cursors, prefixes, catching up, live delivery, ending. */
export async function followContract(t: Test, log: Log): Promise<void> {
  await catchingUp(t, log);
  await cursors(t, log);
  await filtering(t, log);
  await liveDelivery(t, log);
  await ending(t, log);
}

async function catchingUp(t: Test, log: Log): Promise<void> {
  await t.test('a follower sees what is there, in order, then that it caught up', async (t) => {
    const category = probeCategory();
    const after = await log.head();
    const ids = await write(log, category, 30);
    const prefixes = [`${category}-`];
    const { records, batches } = await followUntil(
      log,
      { after, prefixes, batchMax: 7 },
      (records, batch) => records.length >= 30 && batch.caughtUp,
    );
    t.same(
      records.map((record) => record.id),
      ids,
    );
    t.ok(ascending(records.map((record) => record.position)), 'positions ascend');
    t.ok(ascending([after - 1n, ...batches.map((batch) => batch.position)], true));
    t.ok(
      batches.every((batch) => batch.records.length <= 7),
      'batches are bounded',
    );
    t.ok(batches.every((batch) => (batch.records.at(-1)?.position ?? 0n) <= batch.position));
  });
}

async function cursors(t: Test, log: Log): Promise<void> {
  await t.test(
    'a cursor is exclusive: whoever goes on from one misses and repeats nothing',
    async (t) => {
      const category = probeCategory();
      const prefixes = [`${category}-`];
      const start = await log.head();
      const ids = await write(log, category, 20);
      const seen: string[] = [];
      let after = start;
      while (seen.length < ids.length) {
        const { records, batches } = await followUntil(
          log,
          { after, prefixes, batchMax: 3 },
          (records) => records.length > 0,
        );
        seen.push(...records.map((record) => record.id));
        after = batches.at(-1)?.position ?? after;
      }
      t.same(seen, ids);
      const middle = await followUntil(
        log,
        { after: start, prefixes },
        (records) => records.length >= 20,
      );
      const fifth = middle.records[4]?.position ?? 0n;
      const rest = await followUntil(
        log,
        { after: fifth, prefixes },
        (records) => records.length >= 15,
      );
      t.same(
        rest.records.map((record) => record.id),
        ids.slice(5),
        'a record position is a cursor',
      );
    },
  );
}

async function filtering(t: Test, log: Log): Promise<void> {
  await t.test('prefixes choose streams, and the cursor moves past the others', async (t) => {
    const [one, two, other] = [probeCategory(), probeCategory(), probeCategory()];
    const after = await log.head();
    const wanted = [...(await write(log, one, 3)), ...(await write(log, two, 3))];
    await write(log, other, 40);
    const target = await log.head();
    const { records, batches } = await followUntil(
      log,
      { after, prefixes: [`${one}-`, `${two}-`], batchMax: 10 },
      (_, batch) => batch.position >= target && batch.caughtUp,
    );
    t.same(
      records.map((record) => record.id),
      wanted,
    );
    t.ok(batches.length > 0);
    const all = await followUntil(log, { after }, (_, batch) => batch.position >= target);
    const ids = new Set(all.records.map((record) => record.id));
    t.ok(
      wanted.every((id) => ids.has(id)),
      'no prefix means every stream',
    );
    t.ok(all.records.length >= 46);
  });
}

async function liveDelivery(t: Test, log: Log): Promise<void> {
  await t.test('new events arrive by themselves, wanted or not', async (t) => {
    const category = probeCategory();
    const after = await log.head();
    const stages = { waiting: true, unwanted: false };
    let writing: Promise<unknown> = Promise.resolve();
    const { records } = await followUntil(
      log,
      { after, prefixes: [`${category}-`] },
      (records, batch) => {
        if (stages.waiting && batch.caughtUp) {
          stages.waiting = false;
          writing = write(log, category, 2);
        }
        const [, second] = records;
        if (second === undefined) return false;
        // The cursor moves past what is not wanted, in a batch that holds nothing.
        if (stages.unwanted) return batch.position > second.position;
        stages.unwanted = true;
        writing = mustAppend(log, probeStream(), [probeEvent()], 'none');
        return false;
      },
    );
    await writing;
    t.equal(records.length, 2);
  });
}

async function ending(t: Test, log: Log): Promise<void> {
  await t.test('a follower ends without an error when it is aborted', async (t) => {
    const controller = new AbortController();
    let batches = 0;
    const after = await log.head();
    for await (const batch of log.follow({ after, signal: controller.signal })) {
      batches += 1;
      if (batch.caughtUp) setImmediate(() => controller.abort());
    }
    t.ok(batches > 0);
    for await (const _ of log.follow({ after: 0n, signal: AbortSignal.abort() })) t.fail('a batch');
  });
}

/** Appends events to streams of a category, two streams in turns, and gives their ids in log order. */
async function write(log: Log, category: string, count: number): Promise<string[]> {
  const streams = [probeStream(category), probeStream(category)] as const;
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const event = probeEvent({ n });
    const revision = Math.floor(n / 2);
    const stream = n % 2 === 0 ? streams[0] : streams[1];
    await mustAppend(log, stream, [event], revision === 0 ? 'none' : BigInt(revision - 1));
    ids.push(event.id);
  }
  return ids;
}

/** Strictly ascending, or never descending when `equals` is allowed. */
export const ascending = (positions: readonly bigint[], equals = false): boolean =>
  positions.every((position, n) => {
    const before = positions[n - 1];
    return before === undefined || position > before || (equals && position === before);
  });
