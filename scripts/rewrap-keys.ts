/**
 * `npm run rewrap-keys`: wraps every key of the vault again under the first key of RELAIS_MASTER_KEY, so that the others may
 * leave it. Services may run meanwhile; safe to repeat and to interrupt. The database is that of DATABASE_URL.
 */
import { readConfig } from '@relais/http/environment';
import { openDatabase } from '@relais/postgres/database';
import { ServiceConfig } from '@relais/service/config';
import { rewrapKeys } from '@relais/vault/postgres-key-store';
import { environment } from './environment.ts';

const config = readConfig(
  ServiceConfig.pick({ DATABASE_URL: true, RELAIS_MASTER_KEY: true }),
  environment,
);
const database = openDatabase({ url: config.DATABASE_URL, max: 2 });
try {
  const rewrapped = await rewrapKeys(database, config.RELAIS_MASTER_KEY);
  process.stdout.write(
    `${rewrapped} keys are wrapped by ${config.RELAIS_MASTER_KEY.current.id} now\n`,
  );
} finally {
  await database.close();
}
