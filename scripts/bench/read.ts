import type { Log } from '@relais/event-log/log';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import { migrate } from '@relais/postgres/migrate';
import pg from 'pg';
import { fillLog } from './log-filling.ts';
import { benchDatabase, count, median, type Report } from './measure.ts';

const page = 1_000;

/** Following a log from its beginning, compared with a bare `pg` client that pages through the same rows; in turns. */
export async function benchRead({
  url,
  report,
  events = 100_000,
  rounds = 5,
}: {
  readonly url: string;
  readonly report: Report;
  readonly events?: number;
  readonly rounds?: number;
}): Promise<void> {
  await using bench = await benchDatabase(url);
  await migrate(bench.database, eventLogMigrations);
  await fillLog(bench.database, 'bench', events);
  const log = openPostgresLog(bench.database);
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(await perSecond(() => follow(log)));
    bare.push(await perSecond(() => readBare(bench.url)));
  }
  await log.close();
  const ratio = median(ours) / median(bare);
  report({
    what: 'reading and following the log',
    ours: `${count(median(ours))} events/s`,
    comparison: `bare pg: ${count(median(bare))} rows/s`,
    ratio,
    target: { text: '≥ 0.5 × and 60,000/s', isMet: ratio >= 0.5 && median(ours) >= 60_000 },
  });
}

async function perSecond(read: () => Promise<number>): Promise<number> {
  const since = performance.now();
  const events = await read();
  return (events / (performance.now() - since)) * 1000;
}

async function follow(log: Log): Promise<number> {
  const { signal } = new AbortController();
  let events = 0;
  for await (const batch of log.follow({ after: 0n, signal })) {
    events += batch.records.length;
    if (batch.caughtUp) break;
  }
  return events;
}

async function readBare(url: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  let last = '0';
  let events = 0;
  for (let rows = page; rows === page; ) {
    const result = await client.query<{ position: string }>({
      name: 'page',
      text: 'select * from event_log.event where position > $1 order by position limit $2',
      values: [last, page],
    });
    rows = result.rows.length;
    events += rows;
    last = result.rows.at(-1)?.position ?? last;
  }
  await client.end();
  return events;
}
