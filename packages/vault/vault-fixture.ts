import { randomBytes, randomUUID } from 'node:crypto';
import { PersonId } from '@relais/contracts/ids';
import type { Database } from '@relais/postgres/database';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import type { Place } from './cipher.ts';
import { type MasterKeys, readMasterKeys } from './master-key.ts';
import { postgresKeyStore, vaultMigrations } from './postgres-key-store.ts';
import { openVault, type Vault } from './vault.ts';

/** What is needed of tap's `t`. */
type Test = { teardown(cleanUp: () => unknown): unknown };

/** A name that must never be seen in the clear. */
export const canary = 'Zoé Canari-Zébulon';

/** A master key as the configuration gives it. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

export const masterSecret = randomSecret();
export const masters = readMasterKeys(masterSecret);

/** A person nobody knows yet. */
export const person = (): PersonId => PersonId.parse(randomUUID());

/** A place of its own to seal a text at. */
export const place = (): Place => ({
  stream: `case-${randomUUID()}`,
  eventId: randomUUID(),
  type: 'case-opened.v1',
  field: 'name',
});

/** A database with the tables of the key store. */
export async function vaultDatabase(t: Test): Promise<Database> {
  const { database } = await freshDatabase(t, { max: 6 });
  await migrate(database, vaultMigrations);
  return database;
}

/** A vault with a cache of its own, as another process would have. */
export async function vaultOf(
  t: Test,
  database: Database,
  keys: MasterKeys = masters,
): Promise<Vault> {
  const vault = await openVault({ keyStore: postgresKeyStore(database, keys) });
  t.teardown(() => vault.close());
  return vault;
}
