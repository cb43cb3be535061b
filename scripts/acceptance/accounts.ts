/** What must be true of log and rows, whatever happened before. */
import { inspect } from 'node:util';
import { contracts } from '@relais/contracts/registry';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { runProjection } from '@relais/event-log/project';
import { type Projection, schemaOf } from '@relais/event-log/projection';
import { readiness } from '@relais/event-log/wait-for';
import { identityProjection } from '@relais/identity/project';
import type { Sql } from '@relais/postgres/database';
import { referralsProjection } from '@relais/referrals/project';
import { resourcesProjection } from '@relais/resources/project';
import type { Test } from 'tap';
import { until } from './eventually.ts';
import type { Entry } from './ledger.ts';
import type { Stage } from './stage.ts';

/** Where the rows of the referrals service are. */
export const referralRows = schemaOf(referralsProjection);

type LogAndRows = Pick<Stage, 'log' | 'database'>;

/** Every event there is, each parsed by its contract; revisions of a stream follow one another, ids are unique. */
export async function wholeLog(t: Test, { log }: Pick<Stage, 'log'>): Promise<Recorded[]> {
  const records: Recorded[] = [];
  const over = new AbortController();
  for await (const batch of log.follow({ after: 0n, signal: over.signal })) {
    records.push(...batch.records);
    if (batch.caughtUp) over.abort();
  }
  const faults: string[] = [];
  const next = new Map<string, bigint>();
  let before = 0n;
  for (const record of records) {
    const { stream, revision, position } = record;
    const contract = contracts[stream.slice(0, -37)];
    if (contract === undefined) faults.push(`${stream} has no contract`);
    else parse(contract, record);
    if (revision !== (next.get(stream) ?? 0n)) faults.push(`${stream} has a gap at ${revision}`);
    next.set(stream, revision + 1n);
    if (position <= before) faults.push(`position ${position} comes after ${before}`);
    before = position;
  }
  t.same(faults, []);
  t.equal(new Set(records.map(({ id }) => id)).size, records.length, 'every event is there once');
  return records;
}

/** Every acknowledged command is in the log, in one place, at the position and revision that were answered. */
export function checkLedger(
  t: Test,
  records: readonly Recorded[],
  entries: readonly Entry[],
): void {
  const byPosition = new Map(records.map((record) => [record.position.toString(), record]));
  const faults: string[] = [];
  const commands = new Set<string>();
  const accepted = entries.filter(({ status }) => status < 300);
  for (const { url, position, tag } of accepted) {
    const record = byPosition.get(position ?? '');
    if (record === undefined) faults.push(`lost: ${url} at ${position}`);
    else if (tag !== `"${record.revision}"`) faults.push(`${url}: ${tag}, not ${record.revision}`);
    else commands.add(record.metadata.commandId);
  }
  t.same(faults, [], `of ${accepted.length} acknowledged commands none is lost`);
  t.equal(commands.size, accepted.length, 'none shares its events with another');
  const clients = new Set<string>(entries.map(({ who }) => who.client.clientId));
  const told = records.filter(
    ({ stream, metadata }) => clients.has(metadata.actor) && !stream.startsWith('access-'),
  );
  const unknown = told.filter(({ metadata }) => !commands.has(metadata.commandId));
  t.same(
    unknown.map(({ stream, type }) => `${type} of ${stream}`),
    [],
    'nothing is in the log that nobody was told of',
  );
  const runs = told.filter(
    ({ stream, metadata }, index) =>
      stream !== told[index - 1]?.stream ||
      metadata.commandId !== told[index - 1]?.metadata.commandId,
  );
  t.equal(runs.length, commands.size, 'each was carried out once');
}

/** Resolves once every consumer has seen the whole log and none of them adds to it any more. */
export async function settled({ log, database }: LogAndRows): Promise<void> {
  let before = -1n;
  let waiting: readonly object[] = [];
  const isStill = async (): Promise<boolean> => {
    const head = await log.head();
    // Retention and imports look at rows now and then: they have an owner and follow nothing.
    const behind = await database.query(
      `select name, owner, position, stopped from event_log.consumer
       where position < $1 and name not in ('referrals-retention', 'resources-imports')`,
      [head],
    );
    const due = await database.query(
      'select key, reason from event_log.timer where due_at < now()',
    );
    waiting = [...behind.rows, ...due.rows];
    const isSame = head === before;
    before = head;
    return isSame && waiting.length === 0;
  };
  await until('every consumer has seen the whole log', isStill).catch((error: unknown) => {
    throw new Error(`${String(error)} ${before} ${inspect(waiting)}`);
  });
}

/** The rows of every read model are, byte for byte, those of a fresh replay. */
export async function equalReplay(t: Test, stage: LogAndRows): Promise<void> {
  await compare(t, stage, identityProjection);
  await compare(t, stage, referralsProjection);
  await compare(t, stage, resourcesProjection);
}

async function compare<Event>(
  t: Test,
  { log, database }: LogAndRows,
  projection: Projection<Event>,
): Promise<void> {
  const kept = schemaOf(projection);
  const fresh = `${kept}_replay`;
  const over = new AbortController();
  const replay = {
    log,
    database,
    projection,
    schema: fresh,
    owner: 'test',
    report: () => undefined,
  };
  const done = runProjection({ ...replay, signal: over.signal });
  await until(`${fresh} is built`, async () => {
    const { state, behind } = await readiness(database, log, fresh);
    return state === 'live' && behind === 0n;
  });
  over.abort();
  await done;
  for (const { name } of projection.tables) {
    t.strictSame(await rowsOf(database, kept, name), await rowsOf(database, fresh, name), name);
  }
  await database.query(`drop schema "${fresh}" cascade`);
  await database.query('delete from event_log.consumer where name = $1', [fresh]);
}

async function rowsOf(sql: Sql, schema: string, table: string): Promise<string[]> {
  const { rows } = await sql.query<{ row: string }>(
    `select one::text as row from "${schema}"."${table}" one order by 1`,
  );
  return rows.map(({ row }) => row);
}
