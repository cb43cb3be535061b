import { batched } from '@relais/postgres/batched';
import type { Database, Sql } from '@relais/postgres/database';
import { type Lease, LeaseLost, takenBack } from './lease.ts';
import type { Batch } from './log.ts';

type Holder = Pick<Lease, 'name' | 'epoch' | 'progress'>;
/** Up to where a consumer has dealt with the log, and with which events. */
type Reached = Omit<Batch, 'records'> & Partial<Batch>;
type Move = { readonly holder: Holder; readonly reached: Reached };

const movesMax = 100;

/**
 * Moves the checkpoint, in the transaction of what was done up to `position`, and keeps which event was the last
 * one given (moved.ts). The last statement of it, so that the row is locked for a moment only. It need not be on disk
 * at once, so each one names the one before: when that was lost in a crash this throws TryAgain. Throws LeaseLost when
 * somebody else took over.
 */
export async function checkpoint(sql: Sql, holder: Holder, reached: Reached): Promise<void> {
  const [isMoved = false] = await moveAll(sql, [{ holder, reached }]);
  await settle(sql, { holder, reached }, isMoved);
}

type Together = (move: Move) => Promise<boolean>;
const togetherOf = new WeakMap<Database, Together>();

/**
 * The same, where nothing was written: consumers of one process hear of the same events at once and most pass them by,
 * so their checkpoints move in one statement.
 */
export async function passBy(database: Database, holder: Holder, reached: Reached): Promise<void> {
  const together =
    togetherOf.get(database) ??
    batched(movesMax, (moves: readonly Move[]) => moveAll(database, moves));
  togetherOf.set(database, together);
  await settle(database, { holder, reached }, await together({ holder, reached }));
}

/** Whether each was moved. */
async function moveAll(sql: Sql, moves: readonly Move[]): Promise<boolean[]> {
  const of = <Value>(value: (move: Move) => Value) => moves.map(value);
  const last = <Value>(value: (event: Batch['records'][number]) => Value) =>
    of(({ reached: { records = [] } }) => records.slice(-1).map(value)[0]);
  const { rows } = await sql.query<{ n: bigint }>(
    `with moved as (
       update event_log.consumer c
       set position = to_position, built = built or caught_up, stopped = null,
         event_stream = coalesce(last_stream, event_stream), event_revision = coalesce(last_revision, event_revision),
         event_id = coalesce(last_id, event_id), event_position = coalesce(last_position, event_position)
       from unnest($1::text[], $2::int8[], $3::int8[], $4::int8[], $5::bool[], $6::text[], $7::int8[], $8::uuid[], $9::int8[])
         with ordinality as asked (name, epoch, from_position, to_position, caught_up, last_stream, last_revision, last_id, last_position, n)
       where c.name = asked.name and c.epoch = asked.epoch and c.position = from_position
       returning n, c.name, c.position
     )
     select n, pg_notify('event_log_checkpoint', name || ' ' || position), set_config('synchronous_commit', 'off', true)
     from moved`,
    [
      of(({ holder }) => holder.name),
      of(({ holder }) => holder.epoch),
      of(({ holder }) => holder.progress.position),
      of(({ reached }) => reached.position),
      of(({ reached }) => reached.caughtUp),
      last(({ stream }) => stream),
      last(({ revision }) => revision),
      last(({ id }) => id),
      last(({ position }) => position),
    ],
    'event-log-checkpoint',
  );
  const moved = new Set(rows.map(({ n }) => Number(n)));
  return moves.map((_, index) => moved.has(index + 1));
}

async function settle(sql: Sql, { holder, reached }: Move, isMoved: boolean): Promise<void> {
  const { name, epoch, progress } = holder;
  if (isMoved) {
    progress.position = reached.position;
    return;
  }
  const holds = await sql.query('select from event_log.consumer where name = $1 and epoch = $2', [
    name,
    epoch,
  ]);
  throw holds.rowCount === 1 ? takenBack(name) : new LeaseLost(`${name} has another owner`);
}
