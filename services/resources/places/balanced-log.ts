import type { Log, Recorded } from '@relais/event-log/log';
import { balanceEvery } from './decide.ts';

/** Events one command may append; see `decide`. */
const eventsPerCommandMax = 3;

/**
 * The log as commands on a pool read it: a stream begins at its last balance, which says all that went before.
 * Revisions stay the stream's own.
 */
export const balancedLog = (log: Log): Log => ({
  append: (stream, events, options) => log.append(stream, events, options),
  read: (stream) => sinceBalance(log, stream),
  follow: (options) => log.follow(options),
  head: () => log.head(),
  close: () => log.close(),
});

async function* sinceBalance(log: Log, stream: string): AsyncGenerator<Recorded> {
  const records: Recorded[] = [];
  const max = balanceEvery + eventsPerCommandMax;
  for await (const record of log.read(stream, { backwards: true, max })) {
    records.push(record);
    if (record.type === 'place-pool-balanced.v1') break;
  }
  const first = records.at(-1);
  if (first === undefined) return;
  if (first.type !== 'place-pool-balanced.v1' && first.revision !== 0n) {
    throw new Error(`${stream} has no balance among its last ${max} events`);
  }
  yield* records.reverse();
}
