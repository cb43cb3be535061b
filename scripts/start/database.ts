import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Embedded, startEmbedded } from '@relais/postgres/embedded';
import type { Print } from './lines.ts';

export type PlatformDatabase = { readonly url: string; stop(): Promise<void> };

const restartMinMs = 250;
const restartMaxMs = 15_000;

/** The database of `DATABASE_URL`, or a PostgreSQL of our own below the data folder, started again when it crashes. */
export async function platformDatabase(
  url: string | undefined,
  dataDir: string,
  print: Print,
): Promise<PlatformDatabase> {
  if (url) return { url, stop: async () => undefined };
  const folder = join(dataDir, 'postgres');
  let server = await startEmbedded({ dataDir: folder });
  print(`ready (process ${server.pid}, log in ${join(folder, 'server.log')})`);
  const stopping = new AbortController();
  const lifetime = keepRunning();

  /** On the same port, so that the services find it again by themselves. */
  async function keepRunning(): Promise<void> {
    const { signal } = stopping;
    for (let restartMs = restartMinMs; ; ) {
      await Promise.race([server.exited, aborted(signal)]);
      if (signal.aborted) return;
      print(`ended; starts again in ${restartMs} ms`);
      await server.stop();
      await sleep(restartMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const again: Embedded | undefined = await startEmbedded({
        dataDir: folder,
        port: server.port,
      }).catch((error: unknown) => void print(String(error)));
      server = again ?? server;
      restartMs = again ? restartMinMs : Math.min(restartMs * 2, restartMaxMs);
      if (again) print(`ready (process ${again.pid})`);
    }
  }

  return {
    url: server.url,
    async stop() {
      stopping.abort();
      await lifetime;
      await server.stop();
    },
  };
}

const aborted = (signal: AbortSignal): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
};
