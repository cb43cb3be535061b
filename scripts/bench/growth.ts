import type { Log } from '@relais/event-log/log';
import { mustAppend, probeStream } from '@relais/event-log/log-probe';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import { migrate } from '@relais/postgres/migrate';
import { benchEvent } from './append.ts';
import { eventsPerStream, fillLog } from './log-filling.ts';
import { benchDatabase, type Rate, type Report, rateOf, shown, typical } from './measure.ts';

const callers = 16;

/** The same command, reading a stream of ten events and appending one, on a log of ten thousand and of a million events. */
export async function benchGrowth({
  url,
  report,
  events = 1_000_000,
  roundMs = 3_000,
  rounds = 3,
}: {
  readonly url: string;
  readonly report: Report;
  readonly events?: number;
  readonly roundMs?: number;
  readonly rounds?: number;
}): Promise<void> {
  await using small = await benchDatabase(url);
  await using large = await benchDatabase(url);
  const logs: Log[] = [];
  for (const [{ database }, size] of [
    [small, 10_000],
    [large, events],
  ] as const) {
    await migrate(database, eventLogMigrations);
    await fillLog(database, 'bench', size);
    logs.push(openPostgresLog(database));
  }
  const rates = logs.map((): Rate[] => []);
  for (let round = 0; round < rounds; round++) {
    for (const [n, log] of logs.entries()) rates[n]?.push(await commands(log, roundMs));
  }
  const [few = [], many = []] = rates;
  report(`a command at 10,000 events: ${shown(typical(few))}`);
  const ratio = typical(few).perSecond / typical(many).perSecond;
  report(
    `  at ${events.toLocaleString('en')} events: ${shown(typical(many))}, ${ratio.toFixed(2)} × the cost`,
  );
  for (const log of logs) await log.close();
}

/** Each round begins streams of its own, so that every command reads as much. */
async function commands(log: Log, ms: number): Promise<Rate> {
  const streams = Array.from({ length: callers }, () => probeStream('command'));
  const begin = (stream: string) =>
    mustAppend(log, stream, Array.from({ length: eventsPerStream }, benchEvent), 'none');
  await Promise.all(streams.map(begin));
  return await rateOf(callers, ms, async () => {
    const stream = probeStream('command');
    await begin(stream);
    let revision = 0n;
    for await (const record of log.read(stream)) revision = record.revision;
    await mustAppend(log, stream, [benchEvent()], revision);
  });
}
