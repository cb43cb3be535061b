/**
 * `npm run rebuild -- referrals`: builds a read model again from the whole log, beside the one in use, and puts it in its
 * place. Services may run meanwhile. `--retire referrals_1` drops a version that no process uses any more. The database is
 * that of DATABASE_URL, or the platform's own below `--data-dir`.
 */

import { parseArgs } from 'node:util';
import type { ConsumerEvent } from '@relais/event-log/consumer';
import { openLog } from '@relais/event-log/open-log';
import { eventLogMigrations } from '@relais/event-log/postgres-store';
import type { Projection } from '@relais/event-log/projection';
import { retireProjection } from '@relais/event-log/projection-schema';
import { rebuildProjection } from '@relais/event-log/rebuild';
import { identityProjection } from '@relais/identity/project';
import { type Database, openDatabase } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { referralsProjection } from '@relais/referrals/project';
import { resourcesProjection } from '@relais/resources/project';
import { environment } from './environment.ts';
import { platformServer } from './platform-database.ts';

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: { 'data-dir': { type: 'string', default: '.data' }, retire: { type: 'string' } },
});
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Each with its own type of event. */
const rebuilds: Record<string, (database: Database) => Promise<void>> = {
  identity: (database) => rebuild(database, identityProjection),
  referrals: (database) => rebuild(database, referralsProjection),
  resources: (database) => rebuild(database, resourcesProjection),
};

async function rebuild<Event>(database: Database, projection: Projection<Event>): Promise<void> {
  const since = performance.now();
  await migrate(database, eventLogMigrations);
  const log = await openLog({ database, eventStoreUrl: environment.EVENTSTORE_URL });
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  let told = 0;
  await rebuildProjection({
    log,
    database,
    projection,
    signal: interrupted.signal,
    owner: `rebuild ${process.pid}`,
    report: ({ consumer, ...event }: ConsumerEvent) =>
      print(`${consumer}: ${Object.values(event).join(', ')}`),
    progress({ position, head }) {
      if (Date.now() - told < 1_000) return;
      told = Date.now();
      print(`${projection.name}: at ${position} of ${head}`);
    },
  });
  await log.close();
  print(`${projection.name}: built again in ${((performance.now() - since) / 1000).toFixed(1)} s`);
}

async function retire(database: Database, schema: string): Promise<void> {
  const [, name, version] = /^(.+)_(\d+)$/.exec(schema) ?? [];
  if (name === undefined) throw new Error('--retire takes a name and a version, as in referrals_1');
  await retireProjection(database, { name, version: Number(version) });
  print(`${schema}: dropped`);
}

const unknown = wanted.find((name) => rebuilds[name] === undefined);
if (unknown !== undefined || (wanted.length === 0 && values.retire === undefined)) {
  print(`which read model? ${Object.keys(rebuilds).join(', ')}`);
  process.exit(2);
}
const server = await platformServer(values['data-dir']);
const database = openDatabase({ url: server.url, max: 6 });
try {
  for (const name of wanted) await rebuilds[name]?.(database);
  if (values.retire !== undefined) await retire(database, values.retire);
} finally {
  await database.close();
  await server.stop();
}
