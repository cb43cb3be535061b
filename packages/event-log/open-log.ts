import type { Database } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { isInfrastructure } from './infrastructure-error.ts';
import type { FollowOptions, Log } from './log.ts';
import { checkPositions, checkStoreKind, type StoreKind } from './moved.ts';
import { eventLogMigrations, openPostgresLog } from './postgres-store.ts';
import { backOff } from './wake.ts';

export type LogPlace = {
  readonly database: Database;
  readonly eventStoreUrl?: string | undefined;
};

/**
 * The log of this installation: the EventStoreDB cluster when there is one, PostgreSQL otherwise. Brings the
 * tables of log and consumers in `database` up to date first. Throws LogMoved when the consumers' positions were
 * counted in another log; while the store cannot be asked, following it waits for the answer.
 */
export async function openLog(place: LogPlace): Promise<Log> {
  const { database } = place;
  const { log, kind } = await openUnchecked(place);
  try {
    await checkStoreKind(database, kind);
    await checkPositions(database, log);
    return log;
  } catch (error) {
    if (isInfrastructure(error)) return checkedLater(log, database, kind);
    await log.close();
    throw error;
  }
}

/** The same without looking at the consumers: for the command that takes them to another store. */
export async function openUnchecked({
  database,
  eventStoreUrl,
}: LogPlace): Promise<{ readonly log: Log; readonly kind: StoreKind }> {
  await migrate(database, eventLogMigrations);
  if (eventStoreUrl === undefined) return { kind: 'postgres', log: openPostgresLog(database) };
  // Its client is a third of what a process loads at its start: whoever does without does not wait for it.
  const { openEventStoreLog } = await import('./eventstoredb-store.ts');
  return { kind: 'eventstoredb', log: await openEventStoreLog({ url: eventStoreUrl }) };
}

/** Services start while the store is away; nobody consumes before it has told that it is the one it was. */
function checkedLater(log: Log, database: Database, kind: StoreKind): Log {
  let isChecked = false;
  const check = async (signal: AbortSignal) => {
    for (let failures = 0; !(isChecked || signal.aborted); ) {
      try {
        await checkStoreKind(database, kind);
        await checkPositions(database, log);
        isChecked = true;
      } catch (error) {
        if (!isInfrastructure(error)) throw error;
        await backOff(failures++, { minMs: 100, maxMs: 5_000, signal });
      }
    }
  };
  return {
    ...log,
    async *follow(options: FollowOptions) {
      await check(options.signal);
      yield* log.follow(options);
    },
  };
}
