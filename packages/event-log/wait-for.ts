import type { Database } from '@relais/postgres/database';
import type { Log } from './log.ts';
import { createWake, type Wake } from './wake.ts';

const pollMs = 250;

/** Lets a caller read what it has just written. */
export type Positions = {
  /** True once the rows of `consumer` hold everything up to `position`; false when that takes longer than `timeoutMs`. */
  readonly waitFor: (
    consumer: string,
    position: bigint,
    timeoutMs: number,
    signal?: AbortSignal,
  ) => Promise<boolean>;
  /** Whether `consumer` has caught up with the log once, as far as is known; asks anew while it has not. */
  readonly isBuilt: (consumer: string) => boolean;
};

type Known = {
  /** -1n: nothing is known. */
  position: bigint;
  /** When that was heard or looked up, as `performance.now` counts. */
  sinceMs: number;
  isBuilt: boolean;
  readonly wake: Wake;
  looking: Promise<void> | undefined;
};

/** Follows the checkpoints of all consumers, on one connection for the process, until `signal` aborts. */
export function followPositions(database: Database, signal: AbortSignal): Positions {
  const consumers = new Map<string, Known>();
  void database.listen(
    'event_log_checkpoint',
    (payload) => {
      const [consumer = '', position] = payload?.split(' ') ?? [];
      if (position !== undefined) {
        learn(knownOf(consumer), BigInt(position));
        return;
      }
      for (const known of consumers.values()) {
        // After a crash of the database a checkpoint may be back where it was before.
        known.position = -1n;
        known.sinceMs = -pollMs;
        known.wake.wake();
      }
    },
    signal,
  );

  function knownOf(consumer: string): Known {
    const known = consumers.get(consumer) ?? {
      ...{ position: -1n, sinceMs: -pollMs, isBuilt: false, looking: undefined },
      wake: createWake(),
    };
    consumers.set(consumer, known);
    return known;
  }

  function learn(known: Known, position: bigint): void {
    known.sinceMs = performance.now();
    if (position > known.position) known.position = position;
    known.wake.wake();
  }

  /** Asks the database, once for all who want to know at the moment. */
  function look(consumer: string): Promise<void> {
    const known = knownOf(consumer);
    known.looking ??= database
      .query<{ position: bigint; built: boolean }>(
        'select position, built from event_log.consumer where name = $1',
        [consumer],
        'event-log-position',
      )
      .then(({ rows: [row] }) => {
        if (row === undefined) return;
        known.isBuilt ||= row.built;
        learn(known, row.position);
      })
      // A database that is away for a moment is no reason to give up before the time is over.
      .catch(() => undefined)
      .finally(() => {
        known.looking = undefined;
      });
    return known.looking;
  }

  return {
    isBuilt(consumer) {
      const known = knownOf(consumer);
      if (!known.isBuilt) void look(consumer);
      return known.isBuilt;
    },
    async waitFor(consumer, position, timeoutMs, given = signal) {
      const known = knownOf(consumer);
      const either = AbortSignal.any([signal, given]);
      const deadline = performance.now() + timeoutMs;
      while (known.position < position) {
        const seen = known.wake.seen();
        // Who was told a moment ago how far it got is told of the next step too.
        if (performance.now() - known.sinceMs >= pollMs) await look(consumer);
        if (known.position >= position) return true;
        const leftMs = deadline - performance.now();
        if (leftMs <= 0 || either.aborted) return false;
        await known.wake.next(seen, Math.min(leftMs, pollMs), either);
      }
      return true;
    },
  };
}

export type Readiness = {
  readonly consumer: string;
  readonly position: bigint;
  readonly head: bigint;
  /** Positions between them: events for a store with dense positions, bytes for EventStoreDB. */
  readonly behind: bigint;
  /** `building` until it has caught up with the log for the first time: what it has built cannot be read yet. */
  readonly state: 'building' | 'live' | 'stopped' | 'retired';
  readonly reason: string | null;
  readonly leaseOwner: string | null;
};

/** How far a projection or reaction is. Throws when log or database cannot be read. */
export async function readiness(
  database: Database,
  log: Log,
  consumer: string,
): Promise<Readiness> {
  type Row = {
    position: bigint;
    built: boolean;
    stopped: string | null;
    retired: boolean;
    owner: string | null;
  };
  const { rows } = await database.query<Row>(
    'select position, built, stopped, retired, owner from event_log.consumer where name = $1',
    [consumer],
  );
  const row = rows[0];
  const position = row?.position ?? 0n;
  const head = await log.head();
  return {
    consumer,
    position,
    head,
    behind: head > position ? head - position : 0n,
    state: stateOf(row),
    reason: row?.stopped ?? null,
    leaseOwner: row?.owner ?? null,
  };
}

/** A consumer beside a service's projection: how far it is, and whether it has stopped. */
export type Beside = {
  readonly name: string;
  readonly position: bigint;
  readonly head: bigint;
  readonly stopped: boolean;
};

/**
 * Reactions, timers and further projections that have the service's name before theirs (`referrals-deadlines`,
 * `referrals_match_1`), without the versions of its projection. What reads no log has no position and is left out.
 */
export async function consumersBeside(
  database: Database,
  log: Log,
  service: string,
): Promise<Beside[]> {
  const { rows } = await database.query<Omit<Beside, 'head'>>(
    `select name, position, stopped is not null as stopped from event_log.consumer
     where name ~ ('^' || $1 || '(-|_[a-z])') and name !~ '_rebuild$' and not retired
       and (position > 0 or stopped is not null)
     order by name`,
    [service],
  );
  if (rows.length === 0) return [];
  const head = await log.head();
  return rows.map((row) => ({ ...row, head }));
}

function stateOf(
  row: { built: boolean; stopped: string | null; retired: boolean } | undefined,
): Readiness['state'] {
  if (row?.retired) return 'retired';
  if (row?.stopped) return 'stopped';
  return row?.built ? 'live' : 'building';
}
