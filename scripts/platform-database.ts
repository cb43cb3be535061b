import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbedded } from '@relais/postgres/embedded';
import { environment } from './environment.ts';

export type PlatformServer = { readonly url: string; stop(): Promise<void> };

/**
 * The database of DATABASE_URL, else that of the platform whose data folder this is: its running server, or one for as
 * long as the caller needs it.
 */
export async function platformServer(dataDir: string): Promise<PlatformServer> {
  const given = environment.DATABASE_URL;
  if (given) return { url: given, stop: async () => undefined };
  const folder = join(dataDir, 'postgres');
  const read = (path: string) => readFile(path, 'utf8').catch(() => undefined);
  const cluster = (await read(join(folder, 'cluster.path')))?.trim() ?? join(folder, 'cluster');
  const port = (await read(join(cluster, 'postmaster.pid')))?.split('\n')[3];
  const password = (await read(join(folder, 'password')))?.trim();
  if (port === undefined || password === undefined) return await startEmbedded({ dataDir: folder });
  return {
    url: `postgres://relais:${password}@127.0.0.1:${port}/relais`,
    stop: async () => undefined,
  };
}
