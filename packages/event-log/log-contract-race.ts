import type { Test } from 'tap';
import type { Log, Recorded } from './log.ts';
import { ascending } from './log-contract-follow.ts';
import {
  followUntil,
  mustAppend,
  probeCategory,
  probeEvent,
  probeStream,
  readAll,
} from './log-probe.ts';

/** Many at once, through two clients of one store. */
export async function raceContract(t: Test, logs: readonly [Log, Log]): Promise<void> {
  await t.test('of fifty writers on one revision exactly one wins', async (t) => {
    const stream = probeStream();
    await mustAppend(logs[0], stream, [probeEvent()], 'none');
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        (n % 2 === 0 ? logs[0] : logs[1]).append(stream, [probeEvent({ n })], { expected: 0n }),
      ),
    );
    t.equal(results.filter((result) => result.appended).length, 1);
    for (const result of results) {
      if (!result.appended) t.equal(result.actual, 1n);
    }
    t.equal((await readAll(logs[0], stream)).length, 2);
  });

  await t.test('of fifty repetitions of one append exactly one is the first', async (t) => {
    const stream = probeStream();
    const events = [probeEvent({ n: 1 }), probeEvent({ n: 2 })];
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        mustAppend(n % 2 === 0 ? logs[0] : logs[1], stream, events, 'none'),
      ),
    );
    t.equal(results.filter((result) => !result.duplicate).length, 1);
    t.equal(new Set(results.map((result) => result.position)).size, 1, 'all got one position');
    t.equal((await readAll(logs[0], stream)).length, 2);
  });

  await t.test('followers see every event once, in order, while writers race', async (t) => {
    const category = probeCategory();
    const [writers, each] = [16, 12];
    const after = await logs[0].head();
    const prefixes = [`${category}-`];
    const enough = (records: readonly Recorded[]) => records.length >= writers * each;
    const following = Promise.all([
      followUntil(logs[0], { after, prefixes }, enough),
      followUntil(logs[1], { after, prefixes, batchMax: 5 }, enough),
    ]);
    const write = async (log: Log) => {
      const stream = probeStream(category);
      const ids: string[] = [];
      for (let n = 0; n < each; n++) {
        const event = probeEvent({ n });
        await mustAppend(log, stream, [event], n === 0 ? 'none' : BigInt(n - 1));
        ids.push(event.id);
      }
      return ids;
    };
    const written = await Promise.all(
      Array.from({ length: writers }, (_, n) => write(n % 2 === 0 ? logs[0] : logs[1])),
    );
    const [whole, small] = await following;
    for (const { records } of [whole, small]) {
      t.ok(ascending(records.map((record) => record.position)), 'in position order, none twice');
      t.same(new Set(records.map((record) => record.id)), new Set(written.flat()));
      t.ok(timeNeverGoesBack(records), 'recordedAt never goes back');
    }
    t.same(
      small.records.map((record) => record.id),
      whole.records.map((record) => record.id),
      'every follower sees one order',
    );
  });
}

const timeNeverGoesBack = (records: readonly Recorded[]): boolean =>
  records.every((record, n) => record.recordedAt >= (records[n - 1]?.recordedAt ?? ''));
