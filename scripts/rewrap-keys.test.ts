import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import {
  ensureSigningKey,
  issuerMigrations,
  loadSigningKeys,
} from '@relais/identity/issuer/signing-keys';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import { readMasterKeys } from '@relais/vault/master-key';
import { postgresKeyStore, vaultMigrations } from '@relais/vault/postgres-key-store';
import t from 'tap';

const script = new URL('./rewrap-keys.ts', import.meta.url).pathname;
const secret = () => randomBytes(32).toString('base64url');

t.test('the command wraps keys again under the first master key', async (t) => {
  const { url, database } = await freshDatabase(t);
  await migrate(database, vaultMigrations);
  const [old, fresh] = [secret(), secret()];
  const name = { person: crypto.randomUUID(), category: 'identity' } as const;
  const [key] = await postgresKeyStore(database, readMasterKeys(old)).obtain([name]);
  await migrate(database, issuerMigrations);
  const now = new Date();
  await ensureSigningKey(database, readMasterKeys(old), now);
  const signing = await loadSigningKeys(database, readMasterKeys(old), now);
  t.equal(signing.length, 1);
  const env = { DATABASE_URL: url, RELAIS_MASTER_KEY: `${fresh},${old}` };
  const { stdout } = await promisify(execFile)(process.execPath, [script], { env });
  t.match(
    stdout,
    `1 keys are wrapped by ${readMasterKeys(fresh).current.id} now, and 1 signing keys`,
  );
  t.same(await loadSigningKeys(database, readMasterKeys(fresh), now), signing);
  t.same(await postgresKeyStore(database, readMasterKeys(fresh)).find([name]), [key]);
});
