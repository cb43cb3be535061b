import { randomUUID } from 'node:crypto';
import type { Recorded } from '@relais/event-log/log';
import { copyIntoPostgres } from '@relais/event-log/postgres-import';
import type { Database } from '@relais/postgres/database';
import { benchEvent } from './append.ts';

const batchEvents = 5_000;
export const eventsPerStream = 10;

/** Fills a log to `events` events of about 450 bytes, ten to a stream, as fast as it goes. */
export async function fillLog(database: Database, category: string, events: number): Promise<void> {
  const target = copyIntoPostgres(database);
  let streams: string[] = [];
  const start = Number(await target.log.head());
  for (let n = start; n < start + events; n += batchEvents) {
    const records: Recorded[] = [];
    for (let k = 0; k < Math.min(batchEvents, start + events - n); k++) {
      const inStream = Math.floor(k / (batchEvents / eventsPerStream));
      const index = k % (batchEvents / eventsPerStream);
      if (k === 0)
        streams = Array.from({ length: batchEvents / eventsPerStream }, () => randomUUID());
      records.push({
        ...benchEvent(),
        stream: `${category}-${streams[index]}`,
        revision: BigInt(inStream),
        position: 0n,
        recordedAt: '2026-03-01T08:00:00.000Z',
      });
    }
    await target.write(records);
  }
  await target.log.close();
  // Otherwise the server is busy with the filling while the measuring goes on.
  await database.query('vacuum (analyze) event_log.event');
  await database.query('checkpoint');
}
