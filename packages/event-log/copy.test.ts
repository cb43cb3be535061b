import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import t, { type Test } from 'tap';
import { type Copy, copyLog, copyThroughPort } from './copy.ts';
import { startDouble } from './double/server.ts';
import { openEventStoreLog } from './eventstoredb-store.ts';
import { openPlatform, writeHistory } from './fixtures/platform.ts';
import type { Log, Recorded } from './log.ts';
import { followUntil, mustAppend, probeEvent, probeStream } from './log-probe.ts';
import { copyIntoPostgres } from './postgres-import.ts';
import { eventLogMigrations } from './postgres-store.ts';

const { signal } = new AbortController();
const copy = (over: Pick<Copy, 'from' | 'to'> & Partial<Copy>) =>
  copyLog({ signal, progress: () => undefined, ...over });

async function everything(log: Log): Promise<Omit<Recorded, 'position'>[]> {
  const { records } = await followUntil(log, { after: 0n }, (_, batch) => batch.caughtUp);
  return records.map(({ position: _, ...rest }) => rest);
}

async function emptyPostgres(t: Test) {
  const { database } = await freshDatabase(t);
  await migrate(database, eventLogMigrations);
  const target = copyIntoPostgres(database);
  t.teardown(() => target.log.close());
  return target;
}

async function emptyEventStore(t: Test) {
  const double = await startDouble();
  const log = await openEventStoreLog({ url: double.url });
  t.teardown(async () => {
    await log.close();
    await double.close();
  });
  return copyThroughPort(log);
}

t.test('a log goes to EventStoreDB and back, and nothing of it has changed', async (t) => {
  const { log } = await openPlatform(t);
  await writeHistory(log, 'copied');
  await mustAppend(
    log,
    probeStream(),
    [1, 2, 3].map((n) => probeEvent({ n, text: 'é 𝔘 \u0000' })),
    'none',
  );
  const there = await emptyEventStore(t);
  const first = await copy({ from: log, to: there });
  t.match(first, { equal: true, events: 243, streams: 13 });
  t.same(await everything(there.log), await everything(log), 'times and metadata too');
  const back = await emptyPostgres(t);
  t.same(await copy({ from: there.log, to: back }), first, 'one digest');
  t.same(await everything(back.log), await everything(log));
  const { position } = await mustAppend(back.log, probeStream(), [probeEvent()], 'none');
  t.equal(position, 244n, 'and the copy is written to as any log');
});

t.test('an interrupted copy goes on where it was', async (t) => {
  const { log } = await openPlatform(t);
  await writeHistory(log, 'resumed');
  const to = await emptyPostgres(t);
  const { records } = await followUntil(log, { after: 0n }, (_, batch) => batch.caughtUp);
  await to.write(records.slice(0, 100));
  t.match(await copy({ from: log, to, verifyOnly: true }), {
    equal: false,
    events: 100,
    reason: 'missing',
  });
  let written = 0;
  const counted = {
    ...to,
    write: async (records: readonly Recorded[]) => {
      written += records.length;
      await to.write(records);
    },
  };
  t.match(await copy({ from: log, to: counted }), { equal: true, events: 240 });
  t.equal(written, 140);
  t.match(await copy({ from: log, to: counted }), { equal: true, events: 240 });
  t.equal(written, 140, 'a finished copy is only compared');
});

t.test('a log that holds something else is not a copy', async (t) => {
  const { log, database } = await openPlatform(t);
  await writeHistory(log, 'compared');
  const to = await emptyPostgres(t);
  await copy({ from: log, to });
  await mustAppend(to.log, probeStream(), [probeEvent()], 'none');
  t.match(await copy({ from: log, to }), {
    equal: false,
    events: 240,
    reason: 'not in the original',
  });
  for (const change of [
    "data = '{}'",
    "recorded_at = recorded_at + interval '1 ms'",
    "type = 'x.v1'",
  ]) {
    await database.query(`update event_log.event set ${change} where position = 7`);
    for (const verifyOnly of [true, false]) {
      t.match(
        await copy({ from: log, to, verifyOnly }),
        { equal: false, events: 6, reason: 'different' },
        change,
      );
    }
  }
});
