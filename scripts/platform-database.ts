import { join } from 'node:path';
import { type ReachedServer, reachEmbedded } from '@relais/postgres/reach-embedded';
import { environment } from './environment.ts';

/**
 * The database of DATABASE_URL, else that of the platform whose data folder this is: its running server, or one for as
 * long as the caller needs it.
 */
export async function platformServer(dataDir: string): Promise<ReachedServer> {
  const given = environment.DATABASE_URL;
  if (given) return { url: given, stop: async () => undefined };
  return await reachEmbedded(join(dataDir, 'postgres'));
}
