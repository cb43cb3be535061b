import type { Database } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { openEventStoreLog } from './eventstoredb-store.ts';
import type { Log } from './log.ts';
import { eventLogMigrations, openPostgresLog } from './postgres-store.ts';

/**
 * The log of this installation: the EventStoreDB cluster when there is one, PostgreSQL otherwise. Brings the
 * tables of log and consumers in `database` up to date first.
 */
export async function openLog({
  database,
  eventStoreUrl,
}: {
  readonly database: Database;
  readonly eventStoreUrl?: string | undefined;
}): Promise<Log> {
  await migrate(database, eventLogMigrations);
  return eventStoreUrl === undefined
    ? openPostgresLog(database)
    : await openEventStoreLog({ url: eventStoreUrl });
}
