/**
 * `npm run copy-log -- --from URL --to URL [--verify-only]`: makes the log at one URL (postgres:// or esdb://) a copy of
 * the one at the other, and compares both. To be run while no service writes; read models are rebuilt afterwards,
 * because positions differ between stores. Run again, it goes on where it was interrupted.
 */

import { parseArgs } from 'node:util';
import '@relais/service/told-errors';
import { type CopyTarget, copyLog, copyThroughPort } from '@relais/event-log/copy';
import { openEventStoreLog } from '@relais/event-log/eventstoredb-store';
import { UnreadableEvent } from '@relais/event-log/log';
import { copyIntoPostgres } from '@relais/event-log/postgres-import';
import { eventLogMigrations } from '@relais/event-log/postgres-store';
import { openDatabase } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';

const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    'verify-only': { type: 'boolean', default: false },
  },
});

const print = (line: string) => process.stdout.write(`${line}\n`);

async function open(url: string | undefined): Promise<CopyTarget & { close(): Promise<void> }> {
  if (url?.startsWith('esdb')) {
    const log = await openEventStoreLog({ url });
    return { ...copyThroughPort(log), close: () => log.close() };
  }
  if (url?.startsWith('postgres')) {
    const database = openDatabase({ url, max: 4 });
    await migrate(database, eventLogMigrations);
    const target = copyIntoPostgres(database);
    return { ...target, close: () => target.log.close().then(() => database.close()) };
  }
  throw new Error('--from and --to are URLs of logs: postgres://… or esdb://…');
}

const interrupted = new AbortController();
process.once('SIGINT', () => interrupted.abort());
const from = await open(values.from);
const to = await open(values.to);
let told = 0;
try {
  const result = await copyLog({
    from: from.log,
    to,
    verifyOnly: values['verify-only'],
    signal: interrupted.signal,
    progress({ events, stage }) {
      if (Date.now() - told < 1_000) return;
      told = Date.now();
      print(`${stage} ${events} events`);
    },
  });
  if (result.equal) {
    print(`equal: ${result.events} events in ${result.streams} streams, digest ${result.digest}`);
  } else {
    print(`not equal after ${result.events} events: ${result.stream} is ${result.reason}`);
    process.exitCode = 1;
  }
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof UnreadableEvent) print(`one of the logs was changed: ${reason}`);
  else print(`interrupted: ${reason}; run it again to go on`);
  process.exitCode = 1;
} finally {
  await from.close();
  await to.close();
}
