import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import t from 'tap';
import { mustAppend, probeEvent, probeStream, readAll } from './log-probe.ts';
import { eventLogMigrations, openPostgresLog } from './postgres-store.ts';

const { database } = await freshDatabase(t);
await migrate(database, eventLogMigrations);
const log = openPostgresLog(database);
t.teardown(() => log.close());

/** Streams of so many events, each of so many bytes. */
const shapes: readonly [events: number, bytes: number][] = [
  ...([0, 1, 2, 49, 50, 51, 52, 120].map((events) => [events, 10]) as [number, number][]),
  ...([1, 2, 3].map((events) => [events, 70_000]) as [number, number][]),
  [40, 4_000],
];

t.test('streams read together are the streams read one by one', async (t) => {
  const streams = shapes.map(() => probeStream());
  for (const [n, [events, bytes]] of shapes.entries()) {
    const some = Array.from({ length: events }, (_, n) =>
      probeEvent({ text: 'x'.repeat(bytes), n }),
    );
    if (events > 0) await mustAppend(log, streams[n] ?? '', some, 'none');
  }
  const asked = [...streams, ...streams.toReversed()];
  const together = await Promise.all(asked.map((stream) => readAll(log, stream)));
  for (const [n, stream] of asked.entries()) {
    const alone = await readAll(log, stream, { from: 0n });
    t.strictSame(together[n], alone, `stream ${n}`);
    t.equal(alone.length, shapes[n < shapes.length ? n : asked.length - 1 - n]?.[0]);
  }
});
