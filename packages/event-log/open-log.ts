import type { Database } from '@relais/postgres/database';
import { openEventStoreLog } from './eventstoredb-store.ts';
import type { Log } from './log.ts';
import { openPostgresLog } from './postgres-store.ts';

/** The log of this installation: the EventStoreDB cluster when there is one, PostgreSQL otherwise. */
export async function openLog({
  database,
  eventStoreUrl,
}: {
  readonly database: Database;
  readonly eventStoreUrl?: string | undefined;
}): Promise<Log> {
  return eventStoreUrl === undefined
    ? openPostgresLog(database)
    : await openEventStoreLog({ url: eventStoreUrl });
}
