import { openEventStoreLog } from '@relais/event-log/eventstoredb-store';
import type { Log } from '@relais/event-log/log';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import type { Database } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';

/** The log of the platform: in the EventStoreDB of `eventStoreUrl`, or else in PostgreSQL, whose tables it brings up to date. */
export async function openLog(database: Database, eventStoreUrl: string | undefined): Promise<Log> {
  await migrate(database, eventLogMigrations);
  return eventStoreUrl ? openEventStoreLog({ url: eventStoreUrl }) : openPostgresLog(database);
}
