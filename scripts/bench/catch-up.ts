import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { schemaOf } from '@relais/event-log/projection';
import { referralsProjection } from '@relais/referrals/project';
import { benchDatabase, count, type Report } from './measure.ts';
import { eventsPerReferral, fillReferrals, skipReactions } from './referral-filling.ts';
import { benchIssuer, caughtUp, startServer } from './servers.ts';

/** What catch-up-process.ts prints. */
export type Replayed = {
  readonly seconds: number;
  readonly halfwayMb: number;
  readonly mostMb: number;
};

const schema = schemaOf(referralsProjection);
const residentMaxMb = 300;
const perSecondMin = 15_000;
const secondsMax = 90;

/**
 * The read model of the referrals service from an empty database: alone in a process, then in the whole service, which
 * at the same time makes the match keys of every name. Cases, consents and referrals as the golden samples have them.
 */
export async function benchCatchUp({
  url,
  report,
  events,
}: {
  readonly url: string;
  readonly report: Report;
  readonly events: number;
}): Promise<void> {
  await using bench = await benchDatabase(url);
  const { argument } = await benchIssuer();
  await fillReferrals(bench.database, argument.masterKey, events / eventsPerReferral);
  const script = fileURLToPath(new URL('catch-up-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, bench.url]);
  const { seconds, halfwayMb, mostMb } = JSON.parse(stdout) as Replayed;
  report({
    what: `projection catch-up of ${count(events)} events`,
    ours: `${count(events / seconds)} events/s, ${seconds.toFixed(1)} s, ${mostMb} MB at most (${halfwayMb} MB halfway)`,
    target: {
      text: `≥ ${count(perSecondMin)}/s, ≤ ${secondsMax} s a million, ≤ ${residentMaxMb} MB`,
      isMet: events / seconds >= perSecondMin && mostMb <= residentMaxMb,
    },
  });
  await bench.database.query(`drop schema ${schema} cascade`);
  await bench.database.query('delete from event_log.consumer where name = $1', [schema]);
  await skipReactions(bench.database);
  const since = performance.now();
  const service = await startServer('referrals-process.ts', { ...argument, url: bench.url });
  await caughtUp(service.url, bench.database);
  const serviceSeconds = (performance.now() - since) / 1000;
  const residentMb = await mostResidentMb(service.pid);
  await service.stop();
  report({
    what: `the whole referrals service replays ${count(events)} events`,
    ours: `${residentMb} MB at most, ready in ${serviceSeconds.toFixed(1)} s`,
    target: { text: `≤ ${residentMaxMb} MB`, isMet: residentMb <= residentMaxMb },
  });
}

/** As Linux counts it. */
async function mostResidentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1]) / 1024);
}
