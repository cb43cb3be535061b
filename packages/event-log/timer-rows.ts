import type { Sql } from '@relais/postgres/database';
import type { Lease } from './lease.ts';
import type { Recorded } from './log.ts';

const dueMax = 200;

/** What an event means for timers. A key names one timer; setting it again replaces it. */
export type TimerChange =
  | { readonly set: string; readonly dueAt: string; readonly data?: unknown }
  | { readonly cancel: string }
  /** Every timer that events of the same stream have set. */
  | { readonly cancelStream: true };

export type Timer = {
  readonly key: string;
  readonly dueAt: string;
  /** The stream whose event set it, … */
  readonly stream: string;
  /** … and that event's id. */
  readonly setBy: string;
  readonly data: unknown;
  /** How often it failed. */
  readonly attempts: number;
  readonly reason: string | null;
};

type Change = { key: string; due_at: string; stream: string; set_by: string; data: string };

export type Planned = {
  readonly set: Map<string, Change>;
  readonly cancelled: Set<string>;
  readonly streams: Set<string>;
};

/** What is left of all changes of a batch in their order; undefined when there are none. */
export function timerChanges(
  records: readonly Recorded[],
  plan: (record: Recorded) => readonly TimerChange[],
): Planned | undefined {
  const after: Planned = { set: new Map(), cancelled: new Set(), streams: new Set() };
  for (const record of records) {
    for (const change of plan(record)) applyChange(after, record, change);
  }
  const { set, cancelled, streams } = after;
  return set.size + cancelled.size + streams.size === 0 ? undefined : after;
}

function applyChange(
  { set, cancelled, streams }: Planned,
  { stream, id }: Recorded,
  change: TimerChange,
): void {
  if ('set' in change) {
    const { set: key, dueAt, data = null } = change;
    set.set(key, { key, due_at: dueAt, stream, set_by: id, data: JSON.stringify(data) });
    return;
  }
  if ('cancel' in change) {
    cancelled.add(change.cancel);
    set.delete(change.cancel);
    return;
  }
  streams.add(stream);
  for (const [key, one] of set) if (one.stream === stream) set.delete(key);
}

/** Writes what the events of a batch change, within the transaction of `sql`. */
export async function writeTimers(
  sql: Sql,
  consumer: string,
  { set, cancelled, streams }: Planned,
): Promise<void> {
  if (cancelled.size + streams.size > 0) {
    await sql.query(
      'delete from event_log.timer where consumer = $1 and (key = any ($2) or stream = any ($3))',
      [consumer, [...cancelled], [...streams]],
    );
  }
  if (set.size > 0) {
    await sql.query(
      `insert into event_log.timer (consumer, key, due_at, stream, set_by, data)
       select $1, key, due_at, stream, set_by, data
       from json_to_recordset($2) as t (key text, due_at timestamptz, stream text, set_by uuid, data text)
       on conflict (consumer, key) do update
       set due_at = excluded.due_at, stream = excluded.stream, set_by = excluded.set_by,
         data = excluded.data, attempts = 0, not_before = null, reason = null`,
      [consumer, JSON.stringify([...set.values()])],
    );
  }
}

/**
 * The timers due at `at`, soonest first: of a stream that has one postponed, none after that one. Without `at`, all
 * there are. A timer postponed further than that was postponed by a clock that was wrong.
 */
export async function dueTimers(
  sql: Sql,
  consumer: string,
  at: Date | undefined,
): Promise<Timer[]> {
  type Row = Omit<Timer, 'data'> & { readonly data: string };
  const { rows } = await sql.query<Row>(
    `select key, due_at as "dueAt", stream, set_by as "setBy", data, attempts, reason
     from event_log.timer t
     where consumer = $1 and ($2::timestamptz is null or due_at <= $2 and not exists (
       select from event_log.timer before
       where before.consumer = $1 and before.stream = t.stream and before.due_at <= t.due_at
         and before.not_before between $2 and $2 + interval '2 hours'))
     order by due_at, key limit $3`,
    [consumer, at, at === undefined ? null : dueMax],
  );
  return rows.map((row) => ({ ...row, data: JSON.parse(row.data) as unknown }));
}

type Owner = Pick<Lease, 'name' | 'epoch'>;

/** Forgets a timer that was carried out, unless it was set anew meanwhile. */
export async function removeTimer(sql: Sql, { name, epoch }: Owner, timer: Timer): Promise<void> {
  await sql.query(
    `delete from event_log.timer where consumer = $1 and key = $3 and set_by = $4
     and exists (select from event_log.consumer where name = $1 and epoch = $2)`,
    [name, epoch, timer.key, timer.setBy],
  );
}

/** Keeps a timer that could not be carried out for later. */
export async function postponeTimer(
  sql: Sql,
  { name, epoch }: Owner,
  timer: Timer,
  { until, reason }: { until: number; reason: string },
): Promise<void> {
  await sql.query(
    `update event_log.timer set attempts = attempts + 1, not_before = $5, reason = $6
     where consumer = $1 and key = $3 and set_by = $4
     and exists (select from event_log.consumer where name = $1 and epoch = $2)`,
    [name, epoch, timer.key, timer.setBy, new Date(until), reason],
  );
}
