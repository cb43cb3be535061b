import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type MasterKeys, readMasterKeys } from '@relais/vault/master-key';
import { environment } from './environment.ts';

/** The master keys of RELAIS_MASTER_KEY, else the one that the platform keeps in its data folder. */
export async function masterKeysOf(dataDir: string): Promise<MasterKeys> {
  const file = join(dataDir, 'master-key');
  const given = environment.RELAIS_MASTER_KEY;
  const text = given || (await readFile(file, 'utf8').catch(() => undefined))?.trim();
  if (!text) throw new Error(`RELAIS_MASTER_KEY is not set, and there is no ${file}`);
  return readMasterKeys(text);
}
