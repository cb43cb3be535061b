import type { ImportCounts } from '@relais/contracts/imports';
import { isRefusal } from '../described.ts';
import type { Applying } from './bring-in.ts';
import type { Found, Staged } from './format.ts';
import { applyGroups, namesOf, refusals } from './group.ts';
import { keepRefused } from './mirrored.ts';
import { countReport, writeReport } from './report.ts';
import { retireMissing } from './retire.ts';
import { isApplying, moveOn } from './spool.ts';
import { nextGroups, stagedOf, stagedPages } from './staged.ts';

/** Of at most 250 entries, but for a large organisation: some seconds, then another file has its turn. */
const batchesPerTurn = 8;

/**
 * Applies what was staged, from the organisation on that an interrupted try or the last turn came to; undefined when its
 * turn is over before that is all. Safe to repeat.
 */
export async function applyStaged(
  run: Applying,
  signal: AbortSignal,
): Promise<ImportCounts | undefined> {
  const { database, row } = run;
  let after = row.done_to;
  for (let batches = 0; ; batches++) {
    if (batches === batchesPerTurn) return undefined;
    signal.throwIfAborted();
    const next = await nextGroups(database, row.id, after);
    const names = next.filter(({ isTooLarge }) => !isTooLarge).map(({ name }) => name);
    const groups = await stagedOf(database, row.id, names);
    // Called off meanwhile: what was read may be less than there was.
    if (!(await isApplying(database, row.id))) return countReport(database, row.id);
    if (next.length === 0) break;
    await applyGroups(run, groups, signal);
    for (const { name, isTooLarge } of next)
      if (isTooLarge) await refuseTooLarge(run, name, signal);
    after = next.at(-1)?.name ?? null;
    await moveOn(database, row.id, next.length, after);
  }
  const isSure = await refuseNobodys(run, signal);
  // A line of which nobody knows whose it is may be any of those that seem to be gone.
  if (row.terms.isComplete && isSure) await retireMissing(run, signal);
  return countReport(database, row.id);
}

/** What is nobody's: an offer stays as it was. Whether nothing of the rest may be somebody's. */
async function refuseNobodys({ database, row }: Applying, signal: AbortSignal): Promise<boolean> {
  let isSure = true;
  for await (const rows of stagedPages(database, row.id, null)) {
    signal.throwIfAborted();
    isSure &&= !rows.some(({ findings }) => findings.some(isRefusal));
    const findings = new Map(
      rows.map((one) => [one.seq, one.findings.some(isRefusal) ? one.findings : ofNobody(one)]),
    );
    await writeReport(database, row.id, refusals(rows, findings));
    await keepRefused(database, row, namesOf(rows));
  }
  return isSure;
}

const ofNobody = ({ findings }: Staged): readonly Found[] => [
  ...findings,
  { field: 'organisation', code: 'organisation-missing' },
];

/** More than may be held in memory: the first of its lines says so, and what is there of it stays. */
async function refuseTooLarge(run: Applying, name: string, signal: AbortSignal): Promise<void> {
  const { database, row } = run;
  let isFirst = true;
  for await (const rows of stagedPages(database, row.id, name)) {
    signal.throwIfAborted();
    const findings = new Map(rows.map(({ seq, findings }) => [seq, [...findings]]));
    if (isFirst) findings.get(rows[0]?.seq ?? 0n)?.push({ field: '', code: 'too-large' });
    isFirst = false;
    await writeReport(database, row.id, refusals(rows, findings));
    await keepRefused(database, row, namesOf(rows));
  }
}
