import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '@relais/postgres/database';
import { checkpoint, passBy } from './checkpoint.ts';
import { consumed } from './consume-telemetry.ts';
import { type ConsumerRun, consumeAlone, reasonOf } from './consumer.ts';
import { derivedId } from './event-id.ts';
import { isInfrastructure } from './infrastructure-error.ts';
import type { Lease } from './lease.ts';
import type { Log, Recorded } from './log.ts';
import {
  dueTimers,
  postponeTimer,
  removeTimer,
  type Timer,
  type TimerChange,
  timerChanges,
  writeTimers,
} from './timer-rows.ts';
import { forEachOf, together } from './together.ts';

const streamsAtOnceMax = 16;
const tickMs = 500;
/** While much happens: a few events at once cost little more than one. */
const paceMs = 25;
const retryDelayMinMs = 1_000;
const retryDelayMaxMs = 60 * 60_000;

export type TimerRun = ConsumerRun & {
  readonly log: Log;
  /** Names the checkpoint, and is part of the ids of its commands: never to be changed. */
  readonly name: string;
  readonly prefixes: readonly string[];
  /** Pure. What it throws stops the timers, as an unparsable event does. */
  readonly plan: (record: Recorded) => readonly TimerChange[];
  /**
   * Carries out a due timer, with the command id `timerCommandId(name, timer)`: it may be called twice for one
   * timer. What it throws is tried again, later and later, before any later timer of that stream.
   */
  readonly fire: (timer: Timer, commandId: string) => Promise<void>;
  readonly now: () => Date;
};

/** Id of the command that fires a timer: another one when the timer is set anew. */
export const timerCommandId = (
  name: string,
  { key, setBy }: Pick<Timer, 'key' | 'setBy'>,
): string => derivedId('timer', name, key, setBy);

/** Keeps the timers that events set and fires those that are due, until `signal` aborts; in one process at a time. */
export async function runTimers(run: TimerRun): Promise<void> {
  await consumeAlone(run, {
    name: run.name,
    async lead(lease, signal) {
      const progress = { position: lease.position };
      await together(
        signal,
        (signal) => planTimers(run, lease, progress, signal),
        (signal) => fireTimers(run, lease, progress, signal),
      );
    },
  });
}

type Progress = { position: bigint };

async function planTimers(
  { name, log, database, prefixes, plan }: TimerRun,
  lease: Lease,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  for await (const batch of log.follow({ after: lease.position, prefixes, paceMs, signal })) {
    const changes = timerChanges(batch.records, plan);
    await consumed(name, batch, () =>
      changes === undefined
        ? passBy(database, lease, batch)
        : database.transaction(async (sql) => {
            await writeTimers(sql, name, changes);
            await checkpoint(sql, lease, batch);
          }),
    );
    progress.position = batch.position;
  }
}

async function fireTimers(
  run: TimerRun,
  lease: Lease,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // Only when all events up to now are planned: one of them may cancel what is due.
    const head = await run.log.head();
    while (progress.position < head && !signal.aborted) await pause(20, signal);
    const due = await dueTimers(run.database, run.name, run.now());
    const streams = Map.groupBy(due, (timer) => timer.stream);
    await forEachOf([...streams.values()], streamsAtOnceMax, (timers) =>
      fireInOrder(run, lease, timers, signal),
    );
    if (due.length === 0) await pause(tickMs, signal);
  }
}

/** Timers of one stream: a later one waits while an earlier one cannot be carried out. */
async function fireInOrder(
  run: TimerRun,
  lease: Lease,
  timers: readonly Timer[],
  signal: AbortSignal,
): Promise<void> {
  const { name, database, fire, now, report } = run;
  for (const timer of timers) {
    if (signal.aborted) return;
    try {
      await fire(timer, timerCommandId(name, timer));
    } catch (error) {
      if (isInfrastructure(error)) throw error;
      const delayMs = Math.min(retryDelayMinMs * 2 ** timer.attempts, retryDelayMaxMs);
      const reason = reasonOf(error);
      await postponeTimer(database, lease, timer, { until: now().getTime() + delayMs, reason });
      report({ event: 'parked', consumer: name, reason: `timer of ${timer.stream}: ${reason}` });
      return;
    }
    await removeTimer(database, lease, timer);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** What is planned, soonest first; for operators. */
export async function plannedTimers(sql: Sql, name: string): Promise<Timer[]> {
  return await dueTimers(sql, name, undefined);
}
