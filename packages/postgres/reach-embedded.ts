import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbedded } from './embedded.ts';
import { isServed } from './embedded-server.ts';

export type ReachedServer = { readonly url: string; stop(): Promise<void> };

/**
 * The embedded server of a data folder: the one that runs, else one for as long as the caller needs it. Throws where no
 * server ever was: a folder that was misspelt is not the place for an empty database.
 */
export async function reachEmbedded(dataDir: string): Promise<ReachedServer> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => undefined);
  const password = (await read(join(dataDir, 'password')))?.trim();
  if (password === undefined) {
    throw new Error(
      `there is no database in ${dataDir}: name the platform's folder with --data-dir, or set DATABASE_URL`,
    );
  }
  const cluster = (await read(join(dataDir, 'cluster.path')))?.trim() ?? join(dataDir, 'cluster');
  if (!(await isServed(cluster))) return await startEmbedded({ dataDir });
  const port = (await read(join(cluster, 'postmaster.pid')))?.split('\n')[3];
  return {
    url: `postgres://relais:${password}@127.0.0.1:${port}/relais`,
    stop: async () => undefined,
  };
}
