import type { Sql } from '@relais/postgres/database';
import type { Lease } from './lease.ts';
import type { Recorded } from './log.ts';

/** An event that a reaction could not deal with, or that waits behind one. */
export type Parked = {
  readonly position: bigint;
  readonly stream: string;
  readonly revision: bigint;
  readonly eventId: string;
  readonly type: string;
  readonly state: 'failed' | 'waiting' | 'skipped';
  readonly reason: string | null;
  readonly attempts: number;
  readonly parkedAt: string;
  readonly retry: boolean;
  readonly decidedBy: string | null;
};

const columns = `position, stream, revision, event_id as "eventId", type, state, reason, attempts,
  parked_at as "parkedAt", retry, decided_by as "decidedBy"`;

/** What is parked for a reaction, in log order; skipped events stay listed. */
export async function parkedEvents(sql: Sql, consumer: string): Promise<Parked[]> {
  const { rows } = await sql.query<Parked>(
    `select ${columns} from event_log.parked where consumer = $1 order by position`,
    [consumer],
  );
  return rows;
}

/** Has the parked events of a stream tried again, in order. Gives how many there are. */
export async function retryParked(sql: Sql, consumer: string, stream: string): Promise<number> {
  const { rowCount } = await sql.query(
    `update event_log.parked set retry = true
     where consumer = $1 and stream = $2 and state <> 'skipped'`,
    [consumer, stream],
  );
  return rowCount;
}

export type Skip = {
  readonly consumer: string;
  readonly position: bigint;
  readonly reason: string;
  /** Who decided it. */
  readonly actor: string;
};

/** Gives up one event, with who decided it and why; those behind it go on. False when it is not parked. */
export async function skipParked(
  sql: Sql,
  { consumer, position, reason, actor }: Skip,
): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update event_log.parked
     set state = 'skipped', reason = concat_ws('; was: ', $3::text, reason), decided_by = $4,
       decided_at = now()
     where consumer = $1 and position = $2 and state <> 'skipped'`,
    [consumer, position, reason, actor],
  );
  return rowCount === 1;
}

type Owner = Pick<Lease, 'name' | 'epoch'>;

/** Sets an event aside, unless somebody else took over meanwhile. One that was skipped stays so. */
export async function park(
  sql: Sql,
  { name, epoch }: Owner,
  record: Recorded,
  how: { state: 'failed' | 'waiting'; reason: string | null; attempts: number },
): Promise<void> {
  await sql.query(
    `insert into event_log.parked
       (consumer, position, stream, revision, event_id, type, state, reason, attempts)
     select name, $3, $4, $5, $6, $7, $8, $9, $10
     from event_log.consumer where name = $1 and epoch = $2
     on conflict (consumer, position) do update
     set state = excluded.state, reason = coalesce(excluded.reason, parked.reason), retry = false,
       attempts = parked.attempts + excluded.attempts
     where parked.state <> 'skipped'`,
    [
      name,
      epoch,
      record.position,
      record.stream,
      record.revision,
      record.id,
      record.type,
      how.state,
      how.reason,
      how.attempts,
    ],
  );
}

/** Forgets an event that was dealt with after all. */
export async function unpark(sql: Sql, { name, epoch }: Owner, position: bigint): Promise<void> {
  await sql.query(
    `delete from event_log.parked where consumer = $1 and position = $3
     and exists (select from event_log.consumer where name = $1 and epoch = $2)`,
    [name, epoch, position],
  );
}

/** Streams whose later events have to wait. */
export async function blockedStreams(sql: Sql, consumer: string): Promise<string[]> {
  const { rows } = await sql.query<{ stream: string }>(
    `select distinct stream from event_log.parked where consumer = $1 and state <> 'skipped'`,
    [consumer],
  );
  return rows.map((row) => row.stream);
}

/** Streams that may go on: an operator asked for it, or what they waited for was skipped. */
export async function streamsToRetry(sql: Sql, consumer: string): Promise<string[]> {
  const { rows } = await sql.query<{ stream: string }>(
    `select stream from (
       select distinct on (stream) stream, state, retry from event_log.parked
       where consumer = $1 and state <> 'skipped' order by stream, position
     ) first where retry or state = 'waiting'`,
    [consumer],
  );
  return rows.map((row) => row.stream);
}

/** What waits in a stream, in order. */
export async function parkedOfStream(
  sql: Sql,
  consumer: string,
  stream: string,
): Promise<{ position: bigint; revision: bigint }[]> {
  const { rows } = await sql.query<{ position: bigint; revision: bigint }>(
    `select position, revision from event_log.parked
     where consumer = $1 and stream = $2 and state <> 'skipped' order by position`,
    [consumer, stream],
  );
  return rows;
}
