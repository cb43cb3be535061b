import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { claim } from '@relais/postgres/embedded-lock';

/** What one platform keeps: keys, the database, who may call. One process at a time. */
export type DataFolder = {
  readonly path: string;
  /** Base64url, 32 bytes. Made at the first start. */
  readonly masterKey: string;
  /** What the first start chose. */
  readonly network: Network;
  /** Replaces a file at once; readable by its owner alone. */
  write(name: string, text: string): Promise<void>;
  release(): Promise<void>;
};
export type Network = 'demo' | 'empty';

/** Opens the folder for this process. Throws when another living process has it, or when its master key was lost. */
export async function openDataFolder(
  path: string,
  wanted: { readonly masterKey: string | undefined; readonly network: Network },
): Promise<DataFolder> {
  // Files are for their owner alone; when root starts the database, the account that serves it passes through.
  await mkdir(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const release = await claim(join(path, 'supervisor.json'));
  const write = async (name: string, text: string) => {
    const draft = join(path, `${name}.new`);
    await writeFile(draft, text, { mode: 0o600 });
    await rename(draft, join(path, name));
  };
  try {
    const chosen = (await readText(join(path, 'network')))?.trim();
    const masterKey = wanted.masterKey ?? (await keptMasterKey(path, chosen !== undefined, write));
    const network = chosen === 'demo' || chosen === 'empty' ? chosen : wanted.network;
    if (chosen === undefined) await write('network', `${network}\n`);
    return { path, masterKey, network, write, release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function keptMasterKey(
  path: string,
  isOld: boolean,
  write: DataFolder['write'],
): Promise<string> {
  const kept = (await readText(join(path, 'master-key')))?.trim();
  if (kept) return kept;
  if (isOld) {
    throw new Error(
      `${join(path, 'master-key')} is missing: without it the personal data kept here cannot be read. Put it back, or ` +
        'choose another data folder',
    );
  }
  const made = randomBytes(32).toString('base64url');
  await write('master-key', `${made}\n`);
  return made;
}

const readText = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
