import t from 'tap';
import { eventually } from './fixtures/eventually.ts';
import { contents, openPlatform, start, writeHistory } from './fixtures/platform.ts';
import { tallyProjection } from './fixtures/tally.ts';
import { deadlineMs, mustAppend, probeEvent, probeStream } from './log-probe.ts';
import { rebuildProjection } from './rebuild.ts';
import { readiness } from './wait-for.ts';

const platform = await openPlatform(t);
const { database, log, positions } = platform;
const { signal } = new AbortController();
const asked = {
  ...platform,
  signal,
  owner: 'operator',
  report: () => undefined,
  progress: () => undefined,
};

t.test(
  'a read model is built again beside the one in use, under load, and takes its place',
  async (t) => {
    const projection = tallyProjection(['again-']);
    const position = await writeHistory(log, 'again');
    const running = start(platform, projection, { owner: 'service' });
    t.ok(await positions.waitFor('tally_1', position, deadlineMs));
    const right = await contents(database, 'tally_1');
    await database.query('update tally_1.tally set total = 0; delete from tally_1.tally_day');
    let writing = true;
    let last = 0n;
    const load = (async () => {
      const stream = probeStream('again');
      for (let n = 0n; writing; n++) {
        last = (await mustAppend(log, stream, [probeEvent({ n: 1 })], n === 0n ? 'none' : n - 1n))
          .position;
      }
      return stream;
    })();
    const reading = (async () => {
      while (writing) await database.query('select count(*) from tally_1.tally');
    })();
    await rebuildProjection({ ...asked, projection });
    writing = false;
    const stream = await load;
    await reading;
    t.ok(
      await positions.waitFor('tally_1', last, deadlineMs),
      'the service goes on with the new one',
    );
    await eventually(
      async () => (await readiness(database, log, 'tally_1')).leaseOwner === 'service',
    );
    const replay = start(platform, tallyProjection(['again-'], 2));
    t.ok(await positions.waitFor('tally_2', last, deadlineMs));
    t.same(await contents(database, 'tally_1'), await contents(database, 'tally_2'));
    await database.query('delete from tally_1.tally where stream = $1', [stream]);
    t.same((await contents(database, 'tally_1')).tally, right.tally);
    const { rows } = await database.query(
      "select nspname::text as name from pg_namespace where nspname like 'tally%' order by 1",
    );
    t.same(rows, [{ name: 'tally_1' }, { name: 'tally_2' }], 'nothing is left behind');
    await Promise.all([running.stop(), replay.stop()]);
  },
);

t.test('what cannot be built again leaves the one in use alone', async (t) => {
  const projection = tallyProjection(['whole-'], 3);
  const { position } = await mustAppend(log, probeStream('whole'), [probeEvent({ n: 1 })], 'none');
  const running = start(platform, projection);
  t.ok(await positions.waitFor('tally_3', position, deadlineMs));
  const parse = () => {
    throw new Error('no such event');
  };
  await t.rejects(
    rebuildProjection({ ...asked, projection: { ...projection, parse } }),
    /stopped: .*no such event/,
  );
  t.equal((await contents(database, 'tally_3')).tally.length, 1);
  t.match(await readiness(database, log, 'tally_3'), { state: 'live', leaseOwner: 'test' });
  await running.stop();
});
