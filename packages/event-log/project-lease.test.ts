import { openDatabase } from '@relais/postgres/database';
import t from 'tap';
import { checkpoint, passBy } from './checkpoint.ts';
import { eventually } from './fixtures/eventually.ts';
import { contents, openPlatform, start, writeHistory } from './fixtures/platform.ts';
import { tallyProjection } from './fixtures/tally.ts';
import { TryAgain } from './infrastructure-error.ts';
import { acquireLease, LeaseLost } from './lease.ts';
import { deadlineMs, mustAppend, probeEvent, probeStream } from './log-probe.ts';
import { openPostgresLog } from './postgres-store.ts';
import { readiness } from './wait-for.ts';

const platform = await openPlatform(t);
const { url, database, log, positions } = platform;

t.test('of two processes one projects, and the rows are as if there were one', async (t) => {
  const projection = tallyProjection(['pair-'], 1);
  const runs = ['one', 'two', 'three'].map((owner) =>
    start(platform, projection, { owner, batchMax: 5 }),
  );
  const position = await writeHistory(log, 'pair');
  t.ok(await positions.waitFor('tally_1', position, deadlineMs));
  t.equal(runs.filter((run) => run.events.length > 0).length, 1, 'the others stand by');
  await Promise.all(runs.map((run) => run.stop()));
  const alone = start(platform, tallyProjection(['pair-'], 2));
  t.ok(await positions.waitFor('tally_2', position, deadlineMs));
  t.same(await contents(database, 'tally_1'), await contents(database, 'tally_2'));
  await alone.stop();
});

t.test('who stops lets the next one go on at once', async (t) => {
  const projection = tallyProjection(['next-'], 3);
  const first = start(platform, projection, { owner: 'first' });
  t.ok(await positions.waitFor('tally_3', await log.head(), deadlineMs));
  const second = start(platform, projection, { owner: 'second' });
  await first.stop();
  const { position } = await mustAppend(log, probeStream('next'), [probeEvent({ n: 1 })], 'none');
  const since = performance.now();
  t.ok(await positions.waitFor('tally_3', position, deadlineMs));
  t.ok(performance.now() - since < 3_000, 'without waiting for a silence');
  t.equal((await readiness(database, log, 'tally_3')).leaseOwner, 'second');
  await second.stop();
});

t.test('when the owner falls silent another takes over within five seconds', async (t) => {
  const projection = tallyProjection(['silent-'], 4);
  const own = openDatabase({ url, max: 4 });
  const ownLog = openPostgresLog(own);
  const first = start({ log: ownLog, database: own }, projection, { owner: 'first' });
  t.ok(await positions.waitFor('tally_4', await log.head(), deadlineMs));
  const second = start(platform, projection, { owner: 'second' });
  // To everybody else this is a process that hangs: its connections are gone, its lease is not given back.
  await Promise.all([own.close(), ownLog.close()]);
  const since = performance.now();
  const { position } = await mustAppend(log, probeStream('silent'), [probeEvent({ n: 1 })], 'none');
  t.ok(await positions.waitFor('tally_4', position, deadlineMs));
  t.ok(performance.now() - since < 8_000, `${Math.round(performance.now() - since)} ms`);
  t.equal((await readiness(database, log, 'tally_4')).leaseOwner, 'second');
  await Promise.all([first.stop(), second.stop()]);
});

t.test('commits that a crash of PostgreSQL took back are made again', async (t) => {
  const run = start(platform, tallyProjection(['undone-'], 5));
  const stream = probeStream('undone');
  const total = async () => (await database.query('select total from tally_5.tally')).rows;
  let { position } = await mustAppend(log, stream, [probeEvent({ n: 1 })], 'none');
  t.ok(await positions.waitFor('tally_5', position, deadlineMs));
  for (const next of ['another event comes', 'nothing else happens'] as const) {
    // What recovery finds: rows and checkpoint are committed together, and need not be on disk yet.
    await database.transaction(async (sql) => {
      await sql.query('delete from tally_5.tally');
      await sql.query('delete from tally_5.tally_day');
      await sql.query("update event_log.consumer set position = 0 where name = 'tally_5'");
    });
    if (next === 'another event comes') {
      ({ position } = await mustAppend(log, stream, [probeEvent({ n: 2 })], 0n));
    }
    await eventually(async () => {
      const { rows } = await database.query('select total from tally_5.tally where total = 3');
      return rows.length === 1;
    });
    t.same(await total(), [{ total: 3n }], next);
  }
  t.ok(await positions.waitFor('tally_5', position, deadlineMs));
  t.notOk(
    run.events.some(({ event }) => event === 'stopped'),
    'it never stopped for good',
  );
  await run.stop();
});

t.test('an owner that was replaced can write nothing', async (t) => {
  const { signal } = new AbortController();
  const name = 'fenced';
  const lease = await acquireLease(database, { name, owner: 'old', signal });
  if (lease === undefined) throw new Error('no lease');
  await database.query('create table fenced (n integer)');
  const write = async (epoch: bigint, n: number) =>
    await database.transaction(async (sql) => {
      await sql.query('insert into fenced values ($1)', [n]);
      await checkpoint(sql, { ...lease, epoch }, { position: BigInt(n), caughtUp: true });
    });
  await write(lease.epoch, 1);
  await database.query("update event_log.consumer set epoch = epoch + 1 where name = 'fenced'");
  await t.rejects(write(lease.epoch, 2), LeaseLost);
  t.same((await database.query('select n from fenced')).rows, [{ n: 1 }]);
  t.equal((await readiness(database, log, name)).position, 1n);
  await lease.release();
  t.equal((await readiness(database, log, name)).leaseOwner, 'old', 'nor release what it lost');
});

t.test('consumers that pass events by together move each by itself', async (t) => {
  const { signal } = new AbortController();
  const lead = (name: string) => acquireLease(database, { name, owner: 'all', signal });
  const [first, replaced, back] = await Promise.all(
    ['passing_1', 'passing_2', 'passing_3'].map(lead),
  );
  if (!(first && replaced && back)) throw new Error('no lease');
  await database.query("update event_log.consumer set epoch = epoch + 1 where name = 'passing_2'");
  const rewound = { ...back, progress: { position: 7n } };
  const batch = { position: 9n, caughtUp: true };
  const [moved, lost, behind] = await Promise.allSettled(
    [first, replaced, rewound].map((lease) => passBy(database, lease, batch)),
  );
  t.match(moved, { status: 'fulfilled' });
  t.match(lost, { reason: LeaseLost });
  t.match(behind, { reason: TryAgain }, 'its last commit was lost in a crash');
  const { rows } = await database.query(
    "select name, position from event_log.consumer where name like 'passing%' order by name",
  );
  t.same(
    rows.map(({ position }) => position),
    [9n, 0n, 0n],
  );
  await Promise.all([first, replaced, back].map((lease) => lease.release()));
});
