import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import t from 'tap';
import { logContract } from './log-contract.ts';
import { eventLogMigrations, openPostgresLog } from './postgres-store.ts';

const { database } = await freshDatabase(t);
await migrate(database, eventLogMigrations);
await logContract(t, 'postgres', async () => openPostgresLog(database));
