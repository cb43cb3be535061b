import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmbedded } from './embedded.ts';

export type ReachedServer = { readonly url: string; stop(): Promise<void> };

/** The embedded server of a data folder: the one that runs, else one for as long as the caller needs it. */
export async function reachEmbedded(dataDir: string): Promise<ReachedServer> {
  const read = (path: string) => readFile(path, 'utf8').catch(() => undefined);
  const cluster = (await read(join(dataDir, 'cluster.path')))?.trim() ?? join(dataDir, 'cluster');
  const port = (await read(join(cluster, 'postmaster.pid')))?.split('\n')[3];
  const password = (await read(join(dataDir, 'password')))?.trim();
  if (port === undefined || password === undefined) return await startEmbedded({ dataDir });
  return {
    url: `postgres://relais:${password}@127.0.0.1:${port}/relais`,
    stop: async () => undefined,
  };
}
