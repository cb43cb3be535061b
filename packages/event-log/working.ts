import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '@relais/postgres/database';

/** Longer than an owner takes to show that it lives (lease.ts). */
const beatWithinMs = 2_500;

/** The consumers that a process works for. One that was killed is an owner too, but its row stands still: that takes a while to see. */
export async function workedFor(database: Database): Promise<string[]> {
  const beats = async () => {
    const { rows } = await database.query<{ name: string; beat: bigint }>(
      'select name, beat from event_log.consumer where owner is not null',
    );
    return rows;
  };
  const before = await beats();
  if (before.length === 0) return [];
  await sleep(beatWithinMs);
  const after = new Map((await beats()).map(({ name, beat }) => [name, beat]));
  return before
    .filter(({ name, beat }) => (after.get(name) ?? beat) !== beat)
    .map(({ name }) => name);
}
