/**
 * `npm run rebuild -- referrals`: builds the read models of a service again from the whole log, or the one named, beside
 * those in use, and puts them in their place. Services may run meanwhile. `--retire referrals_1` drops a version that no
 * process uses any more. `--after-move`, with all services stopped: takes the consumers to the store that the log was
 * copied to. The database is that of DATABASE_URL, or the platform's own below `--data-dir`.
 */

import { parseArgs } from 'node:util';
import '@relais/service/told-errors';
import type { ConsumerEvent, ConsumerRun } from '@relais/event-log/consumer';
import type { Log } from '@relais/event-log/log';
import { moveConsumers } from '@relais/event-log/moved';
import { openLog, openUnchecked } from '@relais/event-log/open-log';
import type { Projection } from '@relais/event-log/projection';
import { retireProjection } from '@relais/event-log/projection-schema';
import { rebuildProjection } from '@relais/event-log/rebuild';
import { identityProjection } from '@relais/identity/project';
import { type Database, openDatabase } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { matchProjection, runMatching } from '@relais/referrals/duplicates/project';
import { referralsProjection } from '@relais/referrals/project';
import { resourcesProjection } from '@relais/resources/project';
import { postgresKeyStore, vaultMigrations } from '@relais/vault/postgres-key-store';
import { openVault } from '@relais/vault/vault';
import { environment } from './environment.ts';
import { masterKeysOf } from './master-keys.ts';
import { platformServer } from './platform-database.ts';

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    'data-dir': { type: 'string', default: '.data' },
    retire: { type: 'string' },
    'after-move': { type: 'boolean', default: false },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const eventStoreUrl = environment.EVENTSTORE_URL;

type Rebuild = (database: Database, log: Log) => Promise<void>;
type Build = (run: ConsumerRun & { readonly schema: string }) => Promise<void>;

/** Each with its own type of event. */
const readModels: Readonly<Record<string, Rebuild>> = {
  identity: (database, log) => rebuild(database, log, identityProjection),
  referrals: (database, log) => rebuild(database, log, referralsProjection),
  referrals_match: rebuildMatching,
  resources: (database, log) => rebuild(database, log, resourcesProjection),
};
const ofService: Readonly<Record<string, readonly string[]>> = {
  referrals: ['referrals', 'referrals_match'],
};

/** What this one compares is sealed: it needs the master key. */
async function rebuildMatching(database: Database, log: Log): Promise<void> {
  await migrate(database, vaultMigrations);
  const keyStore = postgresKeyStore(database, await masterKeysOf(values['data-dir']));
  const vault = await openVault({ keyStore });
  try {
    await rebuild(database, log, matchProjection, (run) => runMatching({ ...run, log, vault }));
  } finally {
    vault.close();
  }
}

async function rebuild<Event>(
  database: Database,
  log: Log,
  projection: Projection<Event>,
  build?: Build,
): Promise<void> {
  const since = performance.now();
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  let told = 0;
  await rebuildProjection({
    ...{ log, database, projection, ...(build && { build }) },
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
  print(`${projection.name}: built again in ${((performance.now() - since) / 1000).toFixed(1)} s`);
}

async function rebuildAll(database: Database, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const log = await openLog({ database, eventStoreUrl });
  try {
    for (const name of names) await readModels[name]?.(database, log);
  } finally {
    await log.close();
  }
}

async function retire(database: Database, schema: string): Promise<void> {
  const [, name, version] = /^(.+)_(\d+)$/.exec(schema) ?? [];
  if (name === undefined) throw new Error('--retire takes a name and a version, as in referrals_1');
  await retireProjection(database, { name, version: Number(version) });
  print(`${schema}: dropped`);
}

async function afterMove(database: Database): Promise<void> {
  const { log, kind } = await openUnchecked({ database, eventStoreUrl });
  try {
    const { consumers, dropped } = await moveConsumers(database, log, kind);
    for (const { name, position } of consumers) print(`${name}: goes on from ${position}`);
    for (const name of dropped) print(`${name}: is built again when its service starts`);
    print(`the consumers belong to the log in ${kind} now`);
  } finally {
    await log.close();
  }
}

const unknown = wanted.find((name) => readModels[name] === undefined);
const isIdle = wanted.length === 0 && values.retire === undefined && !values['after-move'];
if (unknown !== undefined || isIdle) {
  print(`which read model? ${Object.keys(readModels).join(', ')}`);
  process.exit(2);
}
const server = await platformServer(values['data-dir']);
const database = openDatabase({ url: server.url, max: 6 });
try {
  if (values['after-move']) await afterMove(database);
  const names = new Set(wanted.flatMap((name) => ofService[name] ?? [name]));
  await rebuildAll(database, [...names]);
  if (values.retire !== undefined) await retire(database, values.retire);
} finally {
  await database.close();
  await server.stop();
}
