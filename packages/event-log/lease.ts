import { setTimeout as sleep } from 'node:timers/promises';
import type { Database, Sql } from '@relais/postgres/database';
import { TryAgain } from './infrastructure-error.ts';

/** The owner shows this often that it lives … */
const beatMs = 1_000;
/** … and after this long without a sign another process takes over. */
const silenceMaxMs = 3_500;
const watchMs = 500;

/** The sole right to consume under a name, until `lost` aborts. */
export type Lease = {
  readonly name: string;
  readonly epoch: bigint;
  /** Where the predecessor got to. */
  readonly position: bigint;
  /** Where this process has moved the checkpoint to. */
  readonly progress: { position: bigint };
  readonly lost: AbortSignal;
  /** Lets another process take over at once. */
  release(): Promise<void>;
};

/** Somebody else consumes under this name now; what was not committed must be given up. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** The name was retired: nobody shall consume under it again. */
export class Retired extends Error {
  override readonly name = 'Retired';
}

type Row = {
  readonly epoch: bigint;
  readonly beat: bigint;
  readonly owner: string | null;
  readonly retired: boolean;
};

export type LeaseRequest = {
  readonly name: string;
  /** Shown to operators: host and process. */
  readonly owner: string;
  readonly signal: AbortSignal;
};

/** Waits until this process may consume under `name`; undefined when `signal` aborts. Throws Retired. */
export async function acquireLease(
  database: Database,
  { name, owner, signal }: LeaseRequest,
): Promise<Lease | undefined> {
  let seen: { epoch: bigint; beat: bigint; sinceMs: number } | undefined;
  while (!signal.aborted) {
    const row = await consumerRow(database, name);
    if (row.retired) throw new Retired(`${name} was retired`);
    if (seen?.epoch !== row.epoch || seen.beat !== row.beat) {
      seen = { epoch: row.epoch, beat: row.beat, sinceMs: performance.now() };
    }
    if (row.owner === null || performance.now() - seen.sinceMs > silenceMaxMs) {
      const taken = await take(database, name, owner, row);
      if (taken !== undefined) return hold(database, name, taken);
    }
    await sleep(watchMs, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

async function consumerRow(database: Database, name: string): Promise<Row> {
  const select = 'select epoch, beat, owner, retired from event_log.consumer where name = $1';
  const found = (await database.query<Row>(select, [name])).rows[0];
  if (found !== undefined) return found;
  await database.query(
    'insert into event_log.consumer (name) values ($1) on conflict (name) do nothing',
    [name],
  );
  return { epoch: 0n, beat: 0n, owner: null, retired: false };
}

async function take(
  database: Database,
  name: string,
  owner: string,
  { epoch, beat }: Row,
): Promise<{ epoch: bigint; position: bigint } | undefined> {
  const { rows } = await database.query<{ epoch: bigint; position: bigint }>(
    `update event_log.consumer set epoch = epoch + 1, beat = beat + 1, owner = $4
     where name = $1 and epoch = $2 and beat = $3 and not retired returning epoch, position`,
    [name, epoch, beat, owner],
  );
  return rows[0];
}

function hold(
  database: Database,
  name: string,
  { epoch, position }: { epoch: bigint; position: bigint },
): Lease {
  const lost = new AbortController();
  const progress = { position };
  let beating = false;
  const timer = setInterval(() => {
    if (beating) return;
    beating = true;
    const left = progress.position;
    database
      .query<{ position: bigint }>(
        'update event_log.consumer set beat = beat + 1 where name = $1 and epoch = $2 returning position',
        [name, epoch],
      )
      .then(({ rows }) => {
        if (rows[0] === undefined) lost.abort(new LeaseLost(`${name} has another owner`));
        else if (rows[0].position < left) lost.abort(takenBack(name));
      })
      // Away for a moment or for good: whether the lease still holds shows at the next commit.
      .catch(() => undefined)
      .finally(() => {
        beating = false;
      });
  }, beatMs);
  return {
    name,
    epoch,
    position,
    progress,
    lost: lost.signal,
    async release() {
      clearInterval(timer);
      if (!lost.signal.aborted) lost.abort(new LeaseLost(`${name} was given back`));
      await database
        .query(
          'update event_log.consumer set owner = null, beat = beat + 1 where name = $1 and epoch = $2',
          [name, epoch],
        )
        .catch(() => undefined);
    },
  };
}

/** Whether nobody took over since; true when that cannot be found out. */
export async function stillHolds(sql: Sql, { name, epoch }: Lease): Promise<boolean> {
  try {
    const { rows } = await sql.query<{ epoch: bigint }>(
      'select epoch from event_log.consumer where name = $1',
      [name],
    );
    return rows[0]?.epoch === epoch;
  } catch {
    return true;
  }
}

/** A crash of PostgreSQL undid commits that were not on disk yet: what follows must begin where they began. */
export const takenBack = (name: string): TryAgain =>
  new TryAgain(`${name}: the database is behind what was committed to it`);
