import { organisationContract, siteContract } from '@relais/contracts/directory-events';
import type { ImportCounts } from '@relais/contracts/imports';
import { offerContract } from '@relais/contracts/offer-events';
import { derivedId } from '@relais/event-log/event-id';
import { submit } from '@relais/event-log/submit';
import type { Sql } from '@relais/postgres/database';
import { offerAggregate } from '../../offers/decide.ts';
import { organisationAggregate } from '../../organisations/decide.ts';
import { siteAggregate } from '../../sites/decide.ts';
import { isRefusal } from '../described.ts';
import type { Staged } from './format.ts';
import { type Applying, applyGroup, contextOf, refusals } from './group.ts';
import { type Mirrored, missingFrom, retireMirrored } from './mirrored.ts';
import { type StoredReport, writeReport } from './report.ts';

/** Organisations at once: the log takes their appends together. */
const groupsAtOnce = 16;
const retiredAtOnce = 200;
/** Report rows of what is gone come after those of the file. */
const afterFile = 10n ** 12n;

/** Applies all that was staged. Safe to repeat from the beginning: what was done before is recognised. */
export async function applyStaged(run: Applying, signal: AbortSignal): Promise<ImportCounts> {
  const { database, row } = run;
  const nobodys = await stagedOf(database, row.id, null);
  await writeReport(
    database,
    row.id,
    refusals(nobodys, new Map(nobodys.map(({ seq, findings }) => [seq, findings]))),
  );
  let after: string | undefined;
  for (;;) {
    signal.throwIfAborted();
    const keys = await organisationsAfter(database, row.id, after);
    if (keys.length === 0) break;
    await Promise.all(
      keys.map(async (key) => applyGroup(run, await stagedOf(database, row.id, key))),
    );
    after = keys.at(-1);
    const { rowCount } = await database.query(
      `update exchange.import set organisations_done = organisations_done + $2
       where id = $1 and state = 'applying'`,
      [row.id, keys.length],
    );
    // Called off meanwhile.
    if (rowCount === 0) return countsOf(database, row.id);
  }
  // A line of which nobody knows whose it is may be any of those that seem to be gone.
  const isSure = nobodys.every(({ findings }) => !findings.some(isRefusal));
  if (row.terms.isComplete && isSure) await retireMissing(run, signal);
  return countsOf(database, row.id);
}

async function organisationsAfter(
  sql: Sql,
  id: string,
  after: string | undefined,
): Promise<string[]> {
  const { rows } = await sql.query<{ organisation: string }>(
    `select distinct organisation collate "C" as organisation from exchange.staged
     where import = $1 and organisation is not null
       and ($2::text is null or organisation collate "C" > $2)
     order by 1 limit $3`,
    [id, after ?? null, groupsAtOnce],
    'exchange-organisations',
  );
  return rows.map(({ organisation }) => organisation);
}

/** Of this organisation; with null, what is nobody's. */
async function stagedOf(sql: Sql, id: string, organisation: string | null): Promise<Staged[]> {
  const { rows } = await sql.query<Staged>(
    `select seq, line, kind, id, organisation, document, findings from exchange.staged
     where import = $1 and organisation ${organisation === null ? 'is not distinct from' : 'collate "C" ='} $2
     order by seq limit 5001`,
    [id, organisation],
  );
  return rows;
}

async function retireMissing(run: Applying, signal: AbortSignal): Promise<void> {
  const { database, row } = run;
  for (;;) {
    signal.throwIfAborted();
    const gone = await missingFrom(database, row, retiredAtOnce);
    if (gone.length === 0) return;
    for (const one of gone) await retire(run, one);
    const first = afterFile + (await retiredSoFar(database, row.id));
    const rows = gone.map(
      (one, index): StoredReport => ({
        ...{ seq: first + BigInt(index), line: null, kind: one.kind, entry: one.entry },
        ...{ organisation: one.organisation, outcome: 'accepted', effect: 'retired' },
        findings: [],
      }),
    );
    await database.transaction(async (sql) => {
      await retireMirrored(sql, row, gone);
      await writeReport(sql, row.id, rows);
    });
  }
}

async function retiredSoFar(sql: Sql, id: string): Promise<bigint> {
  const { rows } = await sql.query<{ count: bigint }>(
    `select count(*) from exchange.report where import = $1 and effect = 'retired'`,
    [id],
  );
  return rows[0]?.count ?? 0n;
}

async function retire({ log, row }: Applying, { kind, entry, id }: Mirrored): Promise<void> {
  const name = row.source;
  const sourceId = kind === 'site' ? (JSON.parse(entry) as [string, string])[1] : entry;
  const command = { type: 'unmirror' as const, source: { name, id: sourceId } };
  const context = contextOf(row, derivedId('unmirror-command', row.id, kind, entry));
  const common = { log, id, context };
  const outcome =
    kind === 'offer'
      ? await submit(command, { ...common, aggregate: offerAggregate, contract: offerContract })
      : kind === 'site'
        ? await submit(command, { ...common, aggregate: siteAggregate, contract: siteContract })
        : await submit(command, {
            ...common,
            ...{ aggregate: organisationAggregate, contract: organisationContract },
          });
  if (outcome.outcome !== 'done') throw new Error(`a mirror was not retired: ${outcome.outcome}`);
}

async function countsOf(sql: Sql, id: string): Promise<ImportCounts> {
  const { rows } = await sql.query<{ name: string; count: bigint }>(
    `select outcome as name, count(*) from exchange.report
       where import = $1 and effect <> 'retired' group by 1
     union all
     select effect, count(*) from exchange.report
       where import = $1 and effect <> 'none' group by 1`,
    [id],
  );
  const counts = Object.fromEntries(rows.map(({ name, count }) => [name, Number(count)]));
  const none = { accepted: 0, corrected: 0, refused: 0, created: 0, changed: 0, unchanged: 0 };
  return { ...none, retired: 0, ...counts };
}
