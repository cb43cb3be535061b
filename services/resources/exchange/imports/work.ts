/** Imports at work: in one process at a time, and gone on with by another where one ends. */
import { setTimeout as sleep } from 'node:timers/promises';
import { importContract } from '@relais/contracts/imports';
import { type ConsumerRun, consumeAlone, reasonOf } from '@relais/event-log/consumer';
import { derivedId } from '@relais/event-log/event-id';
import { isInfrastructure } from '@relais/event-log/infrastructure-error';
import { submit } from '@relais/event-log/submit';
import type { Sql } from '@relais/postgres/database';
import { loadCommunes } from '../../communes/communes.ts';
import type { Desk } from '../../desk.ts';
import { knownCommunes } from '../places.ts';
import { Unreadable } from '../reading/read.ts';
import { applyStaged } from './apply.ts';
import { importContext } from './bring-in.ts';
import { type ImportCommand, importAggregate } from './decide.ts';
import { beginApplying, closeSpool, emptyLeftOvers, type ImportRow } from './spool.ts';
import { stage } from './stage.ts';

const name = 'resources-imports';
const pollMs = 250;
/** Bytes that nobody goes on with are not kept for longer. */
const abandonedAfter = '24 hours';

/** Applies the files that are there whole, in turns, until the signal aborts. */
export const importWork = (desk: Desk, run: ConsumerRun): Promise<void> =>
  consumeAlone(run, {
    name,
    async lead(_lease, signal) {
      await emptyLeftOvers(run.database);
      const turns = new Map<string, number>();
      while (!signal.aborted) {
        const row = nextOf(await waiting(run.database), turns);
        if (row !== undefined) {
          turns.set(row.id, Date.now());
          await deal(desk, run, row, signal);
        } else {
          await abandonOld(desk, run.database);
          await sleep(pollMs, undefined, { signal }).catch(() => undefined);
        }
      }
    },
  });

/** Of the files of one source the first, since the next one says more of it; at most a hundred sources. */
async function waiting(sql: Sql): Promise<ImportRow[]> {
  const { rows } = await sql.query<ImportRow>(
    `select * from exchange.import i where state in ('uploaded', 'applying') and not exists (
       select from exchange.import before
       where before.state in ('uploaded', 'applying')
         and before.association = i.association and before.source = i.source
         and (before.uploaded_at, before.id) < (i.uploaded_at, i.id))
     order by uploaded_at, id limit 100`,
    [],
    'exchange-waiting',
  );
  return rows;
}

/** Whoever has waited longest, since its last byte came or since its last turn (milliseconds). */
export function nextOf<Row extends Pick<ImportRow, 'id' | 'uploaded_at'>>(
  rows: readonly Row[],
  turns: ReadonlyMap<string, number>,
): Row | undefined {
  const since = ({ id, uploaded_at }: Row) => turns.get(id) ?? Date.parse(uploaded_at ?? '');
  return rows.toSorted((one, other) => since(one) - since(other))[0];
}

async function deal(desk: Desk, run: ConsumerRun, row: ImportRow, signal: AbortSignal) {
  const end = await endOf(desk, run, row, signal);
  if (end !== undefined) await close(desk, run.database, row, end);
}

/** What became of the file; undefined when it needs another turn. One must not keep the others from their turn, so only outages are thrown. */
async function endOf(
  { log, vault }: Desk,
  { database, report }: ConsumerRun,
  row: ImportRow,
  signal: AbortSignal,
): Promise<ImportCommand | undefined> {
  try {
    const communes = knownCommunes(await loadCommunes());
    // Staged before, it goes on where it was.
    const sha256 = row.sha256 ?? (await staged(database, row, signal));
    const counts = await applyStaged({ log, vault, database, row, communes }, signal);
    return counts && { type: 'finish', sha256, counts };
  } catch (error) {
    if (signal.aborted || isInfrastructure(error)) throw error;
    if (error instanceof Unreadable) return { type: 'give-up', reason: error.code };
    report({ event: 'interrupted', consumer: name, reason: reasonOf(error) });
    return { type: 'give-up', reason: 'internal-error' };
  }
}

async function staged(sql: Sql, row: ImportRow, signal: AbortSignal): Promise<string> {
  const sha256 = await stage(sql, row, signal);
  if (sha256 !== (row.terms.sha256 ?? sha256)) throw new Unreadable('wrong-checksum');
  await beginApplying(sql, row.id, sha256);
  return sha256;
}

/** As the log has it in the end: somebody may have called it off a moment before. */
async function close({ log }: Desk, sql: Sql, row: ImportRow, command: ImportCommand) {
  const outcome = await submit(command, {
    ...{ log, aggregate: importAggregate, contract: importContract, id: row.id },
    context: importContext(row, derivedId('import-command', row.id, command.type)),
  });
  if (outcome.outcome !== 'done') throw new Error(`import ${row.id}: ${outcome.outcome}`);
  const { state } = outcome.state;
  if (state === 'absent' || state === 'running') throw new Error(`import ${row.id} is ${state}`);
  await closeSpool(sql, row.id, {
    state,
    ...(command.type === 'finish' && { counts: command.counts }),
    ...(command.type === 'give-up' && { reason: command.reason }),
  });
}

async function abandonOld(desk: Desk, sql: Sql): Promise<void> {
  const { rows } = await sql.query<ImportRow>(
    `select * from exchange.import
     where state = 'uploading' and touched_at < now() - $1::interval limit 10`,
    [abandonedAfter],
    'exchange-abandoned',
  );
  for (const row of rows) {
    await close(desk, sql, row, { type: 'abandon' });
  }
}
