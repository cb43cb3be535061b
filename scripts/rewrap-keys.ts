/**
 * `npm run rewrap-keys`: wraps every key of the vault, and the signing keys of the issuer, again under the first key of
 * RELAIS_MASTER_KEY, so that the others may leave it. Services may run meanwhile; safe to repeat and to interrupt. The
 * database is that of DATABASE_URL, or the platform's own below `--data-dir`.
 */
import { parseArgs } from 'node:util';
import '@relais/service/told-errors';
import { issuerMigrations, rewrapSigningKeys } from '@relais/identity/issuer/signing-keys';
import { openDatabase } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { rewrapKeys, vaultMigrations } from '@relais/vault/postgres-key-store';
import { masterKeysOf } from './master-keys.ts';
import { platformServer } from './platform-database.ts';

const { values } = parseArgs({ options: { 'data-dir': { type: 'string', default: '.data' } } });
const masters = await masterKeysOf(values['data-dir']);
const server = await platformServer(values['data-dir']);
const database = openDatabase({ url: server.url, max: 2 });
try {
  for (const tables of [vaultMigrations, issuerMigrations]) await migrate(database, tables);
  const data = await rewrapKeys(database, masters);
  const signing = await rewrapSigningKeys(database, masters);
  process.stdout.write(
    `${data} keys are wrapped by ${masters.current.id} now, and ${signing} signing keys\n`,
  );
} finally {
  await database.close();
  await server.stop();
}
