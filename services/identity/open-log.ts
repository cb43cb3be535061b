import { openEventStoreLog } from '@relais/event-log/eventstoredb-store';
import type { Log } from '@relais/event-log/log';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import { idempotencyMigrations } from '@relais/http/idempotency';
import type { Database } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { issuerMigrations } from './issuer/signing-keys.ts';

/** Brings every table this service needs up to date, and opens the store that is configured. */
export async function openLog(database: Database, eventStoreUrl: string | undefined): Promise<Log> {
  for (const migrations of [eventLogMigrations, idempotencyMigrations, issuerMigrations]) {
    await migrate(database, migrations);
  }
  return eventStoreUrl === undefined
    ? openPostgresLog(database)
    : await openEventStoreLog({ url: eventStoreUrl });
}
