import t from 'tap';
import { eventually } from './fixtures/eventually.ts';
import { contents, openPlatform, start, writeHistory } from './fixtures/platform.ts';
import { tallyProjection } from './fixtures/tally.ts';
import type { Log } from './log.ts';
import { deadlineMs, mustAppend, probeEvent, probeStream } from './log-probe.ts';
import { retireProjection } from './projection-schema.ts';
import { rebuildProjection } from './rebuild.ts';
import { readiness } from './wait-for.ts';

const platform = await openPlatform(t);
const { database, log, positions } = platform;

t.test('rows equal those of a fresh replay byte for byte, whatever the batches', async (t) => {
  const prefixes = ['history-'];
  const live = start(platform, tallyProjection(prefixes, 1));
  const position = await writeHistory(log, 'history');
  t.ok(await positions.waitFor('tally_1', position, deadlineMs));
  const one = await contents(database, 'tally_1');
  t.ok(one.tally.length > 3);
  t.ok(one.days.length === 1);
  for (const [version, batchMax] of [
    [2, 1],
    [3, 7],
    [4, 5_000],
  ] as const) {
    const replay = start(platform, tallyProjection(prefixes, version), { batchMax });
    t.ok(await positions.waitFor(`tally_${version}`, position, deadlineMs));
    t.same(await contents(database, `tally_${version}`), one, `in batches of ${batchMax}`);
    await replay.stop();
  }
  await live.stop();
  t.match(live.events, [{ event: 'leading', consumer: 'tally_1' }, { event: 'caught-up' }]);
});

t.test('a caller waits until its own write can be read', async (t) => {
  const projection = tallyProjection(['own-'], 10);
  const running = start(platform, projection);
  const stream = probeStream('own');
  const { position } = await mustAppend(log, stream, [probeEvent({ n: 5 })], 'none');
  t.ok(await positions.waitFor('tally_10', position, deadlineMs));
  const { rows } = await database.query('select total from tally_10.tally where stream = $1', [
    stream,
  ]);
  t.same(rows, [{ total: 5n }]);
  const elsewhere = await mustAppend(log, probeStream('elsewhere'), [probeEvent()], 'none');
  t.ok(
    await positions.waitFor('tally_10', elsewhere.position, deadlineMs),
    'other streams count too',
  );
  t.notOk(await positions.waitFor('tally_10', elsewhere.position + 1n, 50), 'not yet written');
  t.match(await readiness(database, log, 'tally_10'), {
    state: 'live',
    behind: 0n,
    reason: null,
    leaseOwner: 'test',
  });
  await running.stop();
  t.equal((await readiness(database, log, 'tally_10')).leaseOwner, null);
  await eventually(async () => positions.isBuilt('tally_10'));
  t.notOk(positions.isBuilt('tally_11'));
});

t.test('an event nobody can parse stops the projection, and readiness says why', async (t) => {
  const stream = probeStream('odd');
  await mustAppend(log, stream, [probeEvent({ n: 1 })], 'none');
  const running = start(platform, tallyProjection(['odd-'], 20));
  const good = await mustAppend(log, stream, [probeEvent({ n: 2 })], 0n);
  t.ok(await positions.waitFor('tally_20', good.position, deadlineMs));
  const odd = await mustAppend(log, stream, [probeEvent({}, { type: 'unheard-of.v1' })], 1n);
  const after = await mustAppend(log, stream, [probeEvent({ n: 3 })], 2n);
  await running.done;
  t.match(running.events.at(-1), { event: 'stopped', consumer: 'tally_20' });
  const stopped = await readiness(database, log, 'tally_20');
  t.equal(stopped.state, 'stopped');
  t.match(stopped.reason, `unheard-of.v1 at position ${odd.position}`);
  t.ok(stopped.position < odd.position, 'it is not skipped');
  t.same((await database.query('select events from tally_20.tally')).rows, [{ events: 2 }]);

  const { parse } = tallyProjection([]);
  const mended = {
    ...tallyProjection(['odd-'], 20),
    parse: (record: Parameters<typeof parse>[0]) =>
      record.type === 'unheard-of.v1' ? ({ type: 'erased.v1', data: {} } as const) : parse(record),
  };
  const again = start(platform, mended);
  t.ok(await positions.waitFor('tally_20', after.position, deadlineMs));
  t.match(await readiness(database, log, 'tally_20'), { state: 'live', reason: null });
  t.same((await database.query('select events from tally_20.tally')).rows, [{ events: 1 }]);
  await again.stop();
});

t.test('rules that fail stop the projection, without a value of a row in the reason', async (t) => {
  const base = tallyProjection(['rules-'], 30);
  const tables = base.tables.map((table) => ({
    ...table,
    fold: (...args: Parameters<typeof table.fold>) => ({ ...table.fold(...args), events: 'many' }),
  }));
  const running = start(platform, { ...base, tables });
  await mustAppend(log, probeStream('rules'), [probeEvent({ n: 1 })], 'none');
  await running.done;
  const { state, reason } = await readiness(database, log, 'tally_30');
  t.equal(state, 'stopped');
  t.equal(reason, '22P02');
  const strangers = base.tables.map((table) => ({
    ...table,
    fold: (...args: Parameters<typeof table.fold>) => ({ ...table.fold(...args), stranger: 1 }),
  }));
  await start(platform, { ...base, tables: strangers }).done;
  t.match((await readiness(database, log, 'tally_30')).reason, 'there is no column stranger');
});

t.test('tables that changed without a new version are refused', async (t) => {
  const projection = tallyProjection(['views-'], 40);
  const first = start(platform, projection);
  t.ok(await positions.waitFor('tally_40', await log.head(), deadlineMs));
  await first.stop();
  const views = new URL('migrations/2-consumers.sql', import.meta.url);
  const changed = start(platform, { ...projection, views: [views] });
  await changed.done;
  t.match(changed.events.at(-1), { event: 'stopped', reason: /tally_40 .* raise its version/ });
});

t.test(
  'indexes for readers are made with the batch that ends the first building, once',
  async (t) => {
    const projection = {
      ...tallyProjection(['indexed-'], 60),
      indexes: [new URL('fixtures/tally-indexes.sql', import.meta.url)],
    };
    const position = await writeHistory(log, 'indexed');
    const end = Promise.withResolvers<void>();
    const held: Log = {
      ...log,
      async *follow(options) {
        for await (const batch of log.follow(options)) {
          if (batch.caughtUp) await end.promise;
          yield batch;
        }
      },
    };
    const indexes = async () => {
      const { rows } = await database.query<{ name: string }>(
        `select tablename || ' ' || split_part(indexdef, ' USING ', 2) as name from pg_indexes
       where schemaname = 'tally_60' and indexname not like '%_pkey' order by 1`,
      );
      return rows.map(({ name }) => name);
    };
    const state = async () => (await readiness(database, log, 'tally_60')).state;
    const building = start({ database, log: held }, projection, { batchMax: 100 });
    await eventually(async () => (await readiness(database, log, 'tally_60')).position > 0n);
    t.same([await indexes(), await state()], [[], 'building']);
    end.resolve();
    t.ok(await positions.waitFor('tally_60', position, deadlineMs));
    const made = ['tally btree (owner_id)', 'tally_day btree (category) WHERE (events > 1)'];
    t.same([await indexes(), await state()], [made, 'live']);
    await building.stop();
    const { position: next } = await mustAppend(
      log,
      probeStream('indexed'),
      [probeEvent()],
      'none',
    );
    const again = start(platform, projection);
    t.ok(await positions.waitFor('tally_60', next, deadlineMs));
    t.same(await indexes(), made);
    await again.stop();
  },
);

t.test(
  'a version in use is not retired; a retired one is built again on demand only',
  async (t) => {
    const projection = tallyProjection(['retired-'], 50);
    const running = start(platform, projection);
    t.ok(await positions.waitFor('tally_50', await log.head(), deadlineMs));
    await t.rejects(retireProjection(database, projection), /in use/);
    await running.stop();
    await retireProjection(database, projection);
    await t.rejects(retireProjection(database, { name: 'tally', version: 51 }), /no read model/);
    const { position } = await mustAppend(log, probeStream('retired'), [probeEvent()], 'none');
    const later = start(platform, projection);
    await eventually(async () => later.events.at(-1)?.event === 'retired');
    t.equal((await readiness(database, log, 'tally_50')).state, 'retired');
    t.same((await database.query("select to_regclass('tally_50.tally') as tally")).rows, [
      { tally: null },
    ]);
    const run = { ...platform, signal: new AbortController().signal, owner: 'operator' };
    await rebuildProjection({ ...run, projection, report: () => {}, progress: () => {} });
    await mustAppend(log, probeStream('retired'), [probeEvent()], 'none');
    t.ok(await positions.waitFor('tally_50', position + 1n, deadlineMs), 'who waited goes on');
    await later.stop();
  },
);
