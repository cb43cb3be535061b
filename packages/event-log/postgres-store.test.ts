import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import t from 'tap';
import { logContract } from './log-contract.ts';
import { mustAppend, probeEvent, probeStream } from './log-probe.ts';
import { eventLogMigrations, openPostgresLog } from './postgres-store.ts';

const { database } = await freshDatabase(t);
await migrate(database, eventLogMigrations);

t.test('whoever listens is woken once an append can be read', async (t) => {
  const log = openPostgresLog(database);
  const listening = new AbortController();
  t.teardown(async () => {
    listening.abort();
    await log.close();
  });
  const [begun, woken] = [Promise.withResolvers<void>(), Promise.withResolvers<bigint>()];
  const notified = (payload: string | undefined) =>
    payload === undefined ? begun.resolve() : void log.head().then(woken.resolve);
  await database.listen('event_log', notified, listening.signal);
  await begun.promise;
  const { position } = await mustAppend(log, probeStream(), [probeEvent()], 'none');
  t.equal(await woken.promise, position);
});

await logContract(t, 'postgres', async () => openPostgresLog(database));
