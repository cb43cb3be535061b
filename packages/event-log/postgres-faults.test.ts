import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '@relais/postgres/database';
import { freePort, startEmbedded } from '@relais/postgres/embedded';
import { migrate } from '@relais/postgres/migrate';
import t from 'tap';
import { eventually } from './fixtures/eventually.ts';
import { openPlatform } from './fixtures/platform.ts';
import { ContentMismatch, type Log, LogUnavailable, type NewEvent, type Recorded } from './log.ts';
import { mustAppend, probeEvent, probeStream, readAll } from './log-probe.ts';
import { eventLogMigrations, openPostgresLog } from './postgres-store.ts';

t.test('a server that cannot write acknowledges nothing, and recovers', async (t) => {
  const { database, log } = await openPlatform(t);
  await database.query(`create function fail() returns trigger language plpgsql as
    $$ begin raise exception 'as of a full disk' using errcode = tg_argv[0]; end $$`);
  const stream = probeStream();
  const events = [probeEvent()];
  // disk_full, io_error (PostgreSQL's answers to ENOSPC and EIO), and what a bug would look like.
  for (const code of ['53100', '58030', 'XX000']) {
    await database.query(`create trigger fail before insert on event_log.event
      for each row execute function fail('${code}')`);
    await t.rejects(log.append(stream, events, { expected: 'none' }), LogUnavailable, code);
    await database.query('drop trigger fail on event_log.event');
    t.same(await readAll(log, stream), []);
  }
  t.match(await log.append(stream, events, { expected: 'none' }), {
    appended: true,
    duplicate: false,
  });
  t.equal(await log.head(), 1n, 'and left no gap');
});

t.test('an event that somebody broke stops who follows, wherever it is met', async (t) => {
  const { database, log } = await openPlatform(t);
  const { signal } = new AbortController();
  const breakAt = (field: string, position: bigint) =>
    database.query(`update event_log.event set ${field} = ${field} || '}' where position = $1`, [
      position,
    ]);
  const stream = probeStream();
  await mustAppend(log, stream, [probeEvent(), probeEvent(), probeEvent()], 'none');
  const seen: bigint[] = [];
  let broken: unknown;
  try {
    for await (const batch of log.follow({ after: 0n, batchMax: 1, signal })) {
      seen.push(batch.position);
      // It stands at the end of the log when the last is met.
      if (batch.position === 1n) await breakAt('data', 3n);
    }
  } catch (error) {
    broken = error;
  }
  t.match(broken, {
    name: 'UnreadableEvent',
    message: 'data of the event at position 3 is not JSON',
  });
  t.same(seen, [1n, 2n]);
  await t.rejects(readAll(log, stream), { name: 'UnreadableEvent' });

  const { position } = await mustAppend(log, stream, [probeEvent()], 2n);
  const following = log.follow({ after: position, signal })[Symbol.asyncIterator]();
  t.match(await following.next(), { value: { caughtUp: true } });
  const later = following.next();
  await database.transaction(async (sql) => {
    await sql.query(
      `insert into event_log.event (position, stream, revision, id, type, data, metadata, recorded_at)
       values ($1, $2, 4, gen_random_uuid(), 'probed.v1', '{}', '}', now())`,
      [position + 1n, stream],
    );
    await sql.query('update event_log.head set position = $1', [position + 1n]);
    await sql.query("select pg_notify('event_log', '')");
  });
  await t.rejects(later, { message: 'metadata of the event at position 5 is not JSON' });
});

t.test('one bad append does not spoil those beside it', async (t) => {
  const { database, log } = await openPlatform(t);
  await database.query(`create function fail() returns trigger language plpgsql as
    $$ begin raise exception 'bad' using errcode = '22000'; end $$`);
  await database.query(`create trigger fail before insert on event_log.event
    for each row when (new.type = 'bad.v1') execute function fail()`);
  const append = (type: string) =>
    log.append(probeStream(), [probeEvent({}, { type })], { expected: 'none' });
  const results = await Promise.allSettled(['good.v1', 'bad.v1', 'good.v1'].map(append));
  t.same(
    results.map((result) => result.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
});

t.test('a log that is locked by somebody else answers in bounded time', async (t) => {
  const { database, log } = await openPlatform(t);
  const stream = probeStream();
  await database.transaction(async (sql) => {
    await sql.query('select from event_log.head for update');
    const append = log.append(stream, [probeEvent()], { expected: 'none' });
    await t.rejects(append, LogUnavailable);
  });
  await mustAppend(log, stream, [probeEvent()], 'none');
});

t.test('an id is unique in the whole log', async (t) => {
  const { log } = await openPlatform(t);
  const event = probeEvent();
  await mustAppend(log, probeStream(), [event], 'none');
  await t.rejects(log.append(probeStream(), [event], { expected: 'none' }), ContentMismatch);
  await log.close();
  await t.rejects(log.append(probeStream(), [event], { expected: 'none' }), LogUnavailable);
});

t.test('PostgreSQL is stopped, killed and started under load', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'relais-log-'));
  t.teardown(() => rm(dataDir, { recursive: true, force: true }));
  const options = { dataDir: join(dataDir, 'data'), port: await freePort() };
  let server = await startEmbedded(options);
  const database = openDatabase({ url: server.url, max: 6 });
  await migrate(database, eventLogMigrations);
  const log = openPostgresLog(database);
  const over = new AbortController();
  const followed: Recorded[] = [];
  const following = followAll(log, followed, over.signal);
  const load = startLoad(log, 16);
  for (const end of ['stopped', 'killed'] as const) {
    const before = load.acknowledged.size;
    await eventually(async () => load.acknowledged.size > before + 200);
    if (end === 'killed') process.kill(server.pid, 'SIGKILL');
    await server.stop();
    const failed = load.unavailable();
    await eventually(async () => load.unavailable() > failed + 20);
    server = await startEmbedded(options);
  }
  const resumed = load.acknowledged.size;
  await eventually(async () => load.acknowledged.size > resumed + 200);
  await load.stop();
  t.ok(load.slowestMs() < 15_000, `the slowest append took ${Math.round(load.slowestMs())} ms`);
  await eventually(async () => (followed.at(-1)?.position ?? 0n) >= (await log.head()));
  over.abort();
  await following;
  t.same(
    followed.map((record) => record.position),
    followed.map((_, n) => BigInt(n + 1)),
    'each once, in order',
  );
  const byId = new Map(followed.map((record) => [record.id, record.position]));
  t.ok(
    [...load.acknowledged].every(([id, position]) => byId.get(id) === position),
    'none was lost',
  );
  await log.close();
  await database.close();
  await server.remove();
});

async function followAll(log: Log, records: Recorded[], signal: AbortSignal): Promise<void> {
  for await (const batch of log.follow({ after: 0n, signal })) records.push(...batch.records);
}

/** Callers that append one event after the other and repeat what they were not told about. */
function startLoad(log: Log, callers: number) {
  const acknowledged = new Map<string, bigint>();
  const counts = { unavailable: 0, slowestMs: 0, stopped: false };
  const call = async () => {
    const stream = probeStream('load');
    let expected: bigint | 'none' = 'none';
    for (let event: NewEvent = probeEvent(); !counts.stopped; ) {
      const since = performance.now();
      try {
        const result = await mustAppend(log, stream, [event], expected);
        acknowledged.set(event.id, result.position);
        expected = result.revision;
        event = probeEvent();
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error;
        counts.unavailable += 1;
        await pause(20);
      }
      counts.slowestMs = Math.max(counts.slowestMs, performance.now() - since);
    }
  };
  const done = Promise.all(Array.from({ length: callers }, call));
  return {
    acknowledged,
    unavailable: () => counts.unavailable,
    slowestMs: () => counts.slowestMs,
    async stop() {
      counts.stopped = true;
      await done;
    },
  };
}
