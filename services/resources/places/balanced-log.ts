import type { Log, Recorded } from '@relais/event-log/log';

/** Events one command may append; see `decide`. */
const eventsPerCommandMax = 6;

/**
 * The log as commands on a balanced stream read it: it begins at its last balance, which says all that went before.
 * Revisions stay the stream's own. `balance` is the balance's type without its version, `every` how often it is due.
 */
export const balancedLog = (log: Log, balance: string, every: number): Log => ({
  append: (stream, events, options) => log.append(stream, events, options),
  read: (stream) => sinceBalance(log, stream, { balance, max: every + eventsPerCommandMax }),
  follow: (options) => log.follow(options),
  head: () => log.head(),
  close: () => log.close(),
});

async function* sinceBalance(
  log: Log,
  stream: string,
  { balance, max }: { readonly balance: string; readonly max: number },
): AsyncGenerator<Recorded> {
  const records: Recorded[] = [];
  const isBalance = ({ type }: Recorded): boolean => type.startsWith(`${balance}.v`);
  for await (const record of log.read(stream, { backwards: true, max })) {
    records.push(record);
    if (isBalance(record)) break;
  }
  const first = records.at(-1);
  if (first === undefined) return;
  if (!isBalance(first) && first.revision !== 0n) {
    throw new Error(`${stream} has no balance among its last ${max} events`);
  }
  yield* records.reverse();
}
