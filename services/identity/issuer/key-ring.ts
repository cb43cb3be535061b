import type { Database } from '@relais/postgres/database';
import type { MasterKeys } from '@relais/vault/master-key';
import { keysChannel, loadSigningKeys, type SigningKey } from './signing-keys.ts';

/** The signing keys as this process knows them; follows what other processes and the rotation command do. */
export type KeyRing = {
  /** The key that signs now. Throws when there is none. */
  current(): SigningKey;
  /** Keys to publish: the current one, the next ones, and those whose tokens may still be valid. */
  published(): readonly SigningKey[];
};

/** Opens the keys and reads them again whenever they change, until `signal` aborts. */
export async function openKeyRing(
  database: Database,
  masters: MasterKeys,
  options: {
    readonly now: () => Date;
    readonly signal: AbortSignal;
    readonly onError: (error: unknown) => void;
  },
): Promise<KeyRing> {
  const { now, signal, onError } = options;
  let keys = await loadSigningKeys(database, masters, now());
  const reload = async () => {
    keys = await loadSigningKeys(database, masters, now());
  };
  // Called on every reconnect too, so nothing is missed while the server was away.
  await database.listen(keysChannel, () => void reload().catch(onError), signal);

  const published = () => keys.filter(({ retiresAt }) => retiresAt === null || retiresAt > now());
  return {
    published,
    current() {
      const signing = published().findLast(({ signsFrom }) => signsFrom <= now());
      if (signing === undefined) throw new Error('there is no signing key');
      return signing;
    },
  };
}
