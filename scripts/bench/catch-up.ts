import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventLogMigrations } from '@relais/event-log/postgres-store';
import { migrate } from '@relais/postgres/migrate';
import { fillLog } from './log-filling.ts';
import { benchDatabase, count, type Report } from './measure.ts';

/** What catch-up-process.ts prints. */
export type Replayed = {
  readonly seconds: number;
  readonly halfwayMb: number;
  readonly mostMb: number;
};

/** A projection that replays the whole log: events and rows per second, and the memory of a process doing only that. */
export async function benchCatchUp({
  url,
  report,
  events = 1_000_000,
}: {
  readonly url: string;
  readonly report: Report;
  readonly events?: number;
}): Promise<void> {
  await using bench = await benchDatabase(url);
  await migrate(bench.database, eventLogMigrations);
  await fillLog(bench.database, 'bench', events);
  const script = fileURLToPath(new URL('catch-up-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, bench.url]);
  const { seconds, halfwayMb, mostMb } = JSON.parse(stdout) as Replayed;
  const rows = await bench.database.query<{ rows: bigint }>(
    'select (select count(*) from bench_1.subject) + (select count(*) from bench_1.entry) as rows',
  );
  const written = Number(rows.rows[0]?.rows ?? 0n);
  report(
    `catch-up of ${count(events)} events: ${seconds.toFixed(1)} s, ${count(events / seconds)} events/s, ` +
      `${count(written)} rows, at most ${mostMb} MB resident (${halfwayMb} MB halfway)`,
  );
}
