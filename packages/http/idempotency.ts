import { setTimeout as pause } from 'node:timers/promises';
import { batched } from '@relais/postgres/batched';
import type { Database } from '@relais/postgres/database';
import { textArray } from '@relais/postgres/text-array';

/** An answer is kept this long; the key may be used anew afterwards. */
export const keptHours = 24;
/** A claim whose process died is taken over after this long. */
const leaseSeconds = 30;
const batchMax = 200;
const pruneEveryMs = 60_000;
const pruneMax = 5_000;

/** The table and functions below: `migrate(database, idempotencyMigrations)`. */
export const idempotencyMigrations = {
  schema: 'http',
  migrations: new URL('./migrations/', import.meta.url),
};

export type Attempt = {
  /** Of the key. */
  readonly slot: string;
  /** Of the request. */
  readonly fingerprint: string;
  readonly occurredAt: string;
  readonly correlationId: string;
};

export type Kept = {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
};

export type Claim =
  /** Run it. The attempt is the first one's, so that a command taken over gives the same events. */
  | { readonly claim: 'ours'; readonly attempt: Attempt }
  | { readonly claim: 'running' }
  | { readonly claim: 'reused' }
  | { readonly claim: 'finished'; readonly answer: Kept };

export type IdempotencyStore = {
  readonly claim: (attempt: Attempt) => Promise<Claim>;
  /** Keeps the answer, or with `undefined` gives the slot back. */
  readonly finish: (slot: string, answer: Kept | undefined) => Promise<void>;
  /** Deletes what is older than `keptHours`, at most 5,000 rows at once, until `signal` aborts. */
  readonly prune: (signal: AbortSignal) => Promise<void>;
};

/** Remembers which commands run and what they answered (draft-ietf-httpapi-idempotency-key-header). */
export function idempotencyStore(database: Database): IdempotencyStore {
  const claimFree = batched(batchMax, async (attempts: readonly Attempt[]) => {
    const { rows } = await database.query<{ claim: string }>(
      "select http.claim($1, $2, $3, $4, $5::int * interval '1 second') as claim",
      [
        attempts.map(({ slot }) => slot),
        attempts.map(({ fingerprint }) => fingerprint),
        attempts.map(({ occurredAt }) => occurredAt),
        attempts.map(({ correlationId }) => correlationId),
        leaseSeconds,
      ],
      'http-claim',
    );
    const claimed = new Set(rows.map(({ claim }) => claim));
    // `delete` is true for the first only: one key may be in a batch twice.
    return attempts.map(({ slot }) => claimed.delete(slot));
  });
  const finish = batched(batchMax, async (items: readonly Finish[]) => {
    await database.query(
      'select http.finish($1, $2, $3, $4)',
      [
        items.map(({ slot }) => slot),
        items.map(({ answer }) => answer?.status ?? null),
        items.map(({ answer }) => (answer ? JSON.stringify(answer.headers) : null)),
        textArray(items.map(({ answer }) => answer?.body ?? null)),
      ],
      'http-finish',
    );
    return items.map(() => undefined);
  });
  return {
    async claim(attempt) {
      if (await claimFree(attempt)) return { claim: 'ours', attempt };
      return await claimTaken(database, attempt);
    },
    finish: (slot, answer) => finish({ slot, answer }),
    prune: (signal) => prune(database, signal),
  };
}

type Finish = { readonly slot: string; readonly answer: Kept | undefined };

type Row = {
  fingerprint: string;
  occurred_at: Date;
  correlation_id: string;
  status: number | null;
  headers: Kept['headers'] | null;
  body: string | null;
};

async function claimTaken(database: Database, attempt: Attempt): Promise<Claim> {
  const { rows } = await database.query<Row>(
    'select fingerprint, occurred_at, correlation_id, status, headers, body from http.idempotency where slot = $1',
    [attempt.slot],
  );
  const row = rows[0];
  // Given back or pruned a moment ago: for the caller it was still running, and the next try will do.
  if (row === undefined) return { claim: 'running' };
  if (row.fingerprint !== attempt.fingerprint) return { claim: 'reused' };
  if (row.status !== null) {
    const { status, headers, body } = row;
    return { claim: 'finished', answer: { status, headers: headers ?? {}, body: body ?? '' } };
  }
  const taken = await database.query(
    `update http.idempotency set lease_until = now() + $2::int * interval '1 second'
     where slot = $1 and status is null and lease_until < now()`,
    [attempt.slot, leaseSeconds],
  );
  if (taken.rowCount === 0) return { claim: 'running' };
  const occurredAt = new Date(row.occurred_at).toISOString();
  return { claim: 'ours', attempt: { ...attempt, occurredAt, correlationId: row.correlation_id } };
}

async function prune(database: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const deleted = await database
      .query(
        `delete from http.idempotency where slot in (
           select slot from http.idempotency
           where claimed_at < now() - $1::int * interval '1 hour' limit $2 for update skip locked)`,
        [keptHours, pruneMax],
      )
      // The database is away: the next round will do.
      .catch(() => ({ rowCount: 0 }));
    if (deleted.rowCount === pruneMax) continue;
    await pause(pruneEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
  }
}
