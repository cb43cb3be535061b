import { organisationContract, siteContract } from '@relais/contracts/directory-events';
import { offerContract } from '@relais/contracts/offer-events';
import { derivedId } from '@relais/event-log/event-id';
import { submit } from '@relais/event-log/submit';
import { forEachOf } from '@relais/event-log/together';
import type { Sql } from '@relais/postgres/database';
import { offerAggregate } from '../../offers/decide.ts';
import { organisationAggregate } from '../../organisations/decide.ts';
import { siteAggregate } from '../../sites/decide.ts';
import { type Applying, importContext } from './bring-in.ts';
import { type Mirrored, missingFrom, retireMirrored } from './mirrored.ts';
import { type StoredReport, writeReport } from './report.ts';
import { isApplying } from './spool.ts';

const rowsAtOnce = 500;
const retiredAtOnce = 32;
/** Report rows of what is gone come after those of the file. */
const afterFile = 10n ** 12n;

/** So much may go whatever remains: a small directory loses half of itself in an afternoon's tidying. */
const goneFreely = 20;

/**
 * Retires what the source had and the file lacks: offers before sites, organisations last. Where that is most of it, the
 * file is more likely broken than the source deserted: nothing is retired then unless it was announced. Safe to repeat.
 */
export async function retireMissing(run: Applying, signal: AbortSignal): Promise<void> {
  const { database, row } = run;
  if (!row.terms.mayRetireMost && (await isMostlyGone(database, row))) {
    return writeReport(database, row.id, [mostlyGone]);
  }
  for (;;) {
    signal.throwIfAborted();
    const gone = await missingFrom(database, row, rowsAtOnce);
    if (gone.length === 0 || !(await isApplying(database, row.id))) return;
    for (const kind of ['offer', 'site', 'organisation']) {
      const ofKind = gone.filter((one) => one.kind === kind);
      await forEachOf(ofKind, retiredAtOnce, (one) => retire(run, one));
    }
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

const mostlyGone: StoredReport = {
  ...{ seq: afterFile - 1n, line: null, kind: 'entry', entry: '', organisation: null },
  ...{ outcome: 'refused', effect: 'none', findings: [{ field: '', code: 'mostly-gone' }] },
};

async function isMostlyGone(sql: Sql, { id, association, source }: Applying['row']) {
  const { rows } = await sql.query<{ gone: bigint; before: bigint }>(
    `select count(*) filter (where import <> $3) as gone, count(*) - (
       select count(*) from exchange.report where import = $3 and effect = 'created') as before
     from exchange.mirrored
     where association = $1 and source = $2 and kind <> 'site' and not is_retired`,
    [association, source, id],
  );
  const { gone = 0n, before = 0n } = rows[0] ?? {};
  return gone > goneFreely && gone * 2n > before;
}

async function retiredSoFar(sql: Sql, id: string): Promise<bigint> {
  const { rows } = await sql.query<{ count: bigint }>(
    'select count(*) from exchange.report where import = $1 and seq >= $2',
    [id, afterFile.toString()],
  );
  return rows[0]?.count ?? 0n;
}

async function retire({ log, row }: Applying, { kind, entry, id }: Mirrored): Promise<void> {
  const name = row.source;
  const sourceId = kind === 'site' ? (JSON.parse(entry) as [string, string])[1] : entry;
  const command = { type: 'unmirror' as const, source: { name, id: sourceId } };
  const context = importContext(row, derivedId('unmirror-command', row.id, kind, entry));
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
