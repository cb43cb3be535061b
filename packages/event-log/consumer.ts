import type { Database } from '@relais/postgres/database';
import { leaseMeasured } from './consume-telemetry.ts';
import { isInfrastructure } from './infrastructure-error.ts';
import { acquireLease, type Lease, Retired, stillHolds } from './lease.ts';
import { backOff } from './wake.ts';

/** What an operator should hear of a projection or reaction. */
export type ConsumerEvent =
  | {
      readonly event: 'leading' | 'standing-by' | 'caught-up' | 'retired';
      readonly consumer: string;
    }
  | {
      readonly event: 'interrupted' | 'stopped' | 'parked';
      readonly consumer: string;
      readonly reason: string;
    };

export type ConsumerRun = {
  readonly database: Database;
  readonly signal: AbortSignal;
  /** Who this process is, shown to operators: host and process id. */
  readonly owner: string;
  readonly report: (event: ConsumerEvent) => void;
};

type Stage = {
  readonly name: string;
  /** Done before each try to get the lease. */
  readonly prepare?: () => Promise<void>;
  /** Consumes until the signal aborts: the run is over or the lease was lost. */
  readonly lead: (lease: Lease, signal: AbortSignal) => Promise<void>;
};

/**
 * One process at a time consumes under a name, the others stand by. Broken infrastructure is tried again for
 * ever, and so is a name that was retired, since a rebuild may bring it back; any other error stops this process's share
 * for good, and the consumer's row says why. Resolves when it is over.
 */
export async function consumeAlone(run: ConsumerRun, stage: Stage): Promise<void> {
  let failures = 0;
  let before: unknown;
  while (!run.signal.aborted) {
    const since = performance.now();
    try {
      await leadOnce(run, stage);
      before = undefined;
    } catch (error) {
      if (await isOver(run, stage.name, error, before)) return;
      before = error;
      // What has worked for a while is not the same trouble any more.
      if (performance.now() - since > 30_000) failures = 0;
      await backOff(failures++, { minMs: 100, maxMs: 5_000, signal: run.signal });
    }
  }
}

async function leadOnce(run: ConsumerRun, { name: consumer, prepare, lead }: Stage): Promise<void> {
  const { database, signal, owner, report } = run;
  await prepare?.();
  leaseMeasured(consumer, false);
  const lease = await acquireLease(database, { name: consumer, owner, signal });
  if (lease === undefined) return;
  leaseMeasured(consumer, true);
  report({ event: 'leading', consumer });
  try {
    await lead(lease, AbortSignal.any([signal, lease.lost]));
  } catch (error) {
    if (signal.aborted) return;
    // Without the lease the tables may be gone or renamed: that is no fault of the events.
    if (await stillHolds(database, lease)) throw error;
  } finally {
    await lease.release();
    leaseMeasured(consumer, false);
  }
  if (!signal.aborted) report({ event: 'standing-by', consumer });
}

/** Whether trying again cannot help. */
async function isOver(
  run: ConsumerRun,
  consumer: string,
  error: unknown,
  before: unknown,
): Promise<boolean> {
  if (error instanceof Retired) {
    if (!(before instanceof Retired)) run.report({ event: 'retired', consumer });
    return false;
  }
  const reason = reasonOf(error);
  if (isInfrastructure(error)) {
    run.report({ event: 'interrupted', consumer, reason });
    return false;
  }
  run.report({ event: 'stopped', consumer, reason });
  await recordStop(run, consumer, reason);
  return true;
}

/** Kept with the checkpoint, where readiness finds it. */
async function recordStop({ database, signal }: ConsumerRun, consumer: string, reason: string) {
  for (let failures = 0; !signal.aborted; ) {
    try {
      await database.query('update event_log.consumer set stopped = $2 where name = $1', [
        consumer,
        reason,
      ]);
      return;
    } catch {
      await backOff(failures++, { minMs: 100, maxMs: 5_000, signal });
    }
  }
}

/** What went wrong, without values of rows: those in PostgreSQL's messages are left out. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if ('code' in error && typeof error.code === 'string') {
    const place = ['table', 'column', 'constraint']
      .map((field) => (error as unknown as Record<string, unknown>)[field])
      .filter(Boolean);
    return [error.code, ...place].join(' ');
  }
  return `${error.name}: ${error.message}`.slice(0, 500);
}
