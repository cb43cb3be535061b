/** `node catch-up-process.ts <url>`: replays the log there into the tables of the referrals service, and prints what that took. */
import { openPostgresLog } from '@relais/event-log/postgres-store';
import { runProjection } from '@relais/event-log/project';
import { openDatabase } from '@relais/postgres/database';
import { referralsProjection } from '@relais/referrals/project';
import type { Replayed } from './catch-up.ts';

const [url = ''] = process.argv.slice(2);
const database = openDatabase({ url, max: 4 });
const log = openPostgresLog(database);
const head = await log.head();
const over = new AbortController();
let position = 0n;
let halfwayMb = 0;
const megabytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
const since = performance.now();
await runProjection({
  log: {
    ...log,
    async *follow(options) {
      for await (const batch of log.follow(options)) {
        yield batch;
        position = batch.position;
        if (position >= head / 2n && halfwayMb === 0)
          halfwayMb = megabytes(process.memoryUsage.rss());
      }
    },
  },
  database,
  projection: referralsProjection,
  owner: 'bench',
  signal: over.signal,
  report({ event }) {
    if (event === 'caught-up' || event === 'stopped') over.abort();
  },
});
const replayed: Replayed = {
  seconds: (performance.now() - since) / 1000,
  halfwayMb,
  mostMb: megabytes(process.resourceUsage().maxRSS * 1024),
};
await log.close();
await database.close();
process.stdout.write(JSON.stringify(replayed));
