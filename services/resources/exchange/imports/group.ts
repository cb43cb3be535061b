import { setImmediate as nextTurn } from 'node:timers/promises';
import { type FindingCode, isRefusal } from '../described.ts';
import { type Applying, type Brought, bringIn } from './bring-in.ts';
import { type Found, formatOf, type Staged } from './format.ts';
import { keepMirrored, keepRefused, keyOf, type Refused } from './mirrored.ts';
import { type StoredReport, writeReport } from './report.ts';
import { type Wanted, wantedOf } from './wanted.ts';

const findingsMax = 50;

type Findings = ReadonlyMap<bigint, Found[]>;
/** `wanted` is undefined where the organisation is refused, and the findings say why. */
type ReadGroup = {
  readonly name: string;
  readonly staged: readonly Staged[];
  readonly findings: Findings;
  readonly wanted: readonly Wanted[] | undefined;
};

/** Brings organisations in, each whole or not at all, and reports all their lines. Safe to repeat. */
export async function applyGroups(
  run: Applying,
  groups: readonly (readonly Staged[])[],
  signal: AbortSignal,
): Promise<void> {
  const read: ReadGroup[] = [];
  for (const group of groups) {
    read.push(readGroup(run, group));
    // Requests that this process has to answer meanwhile come first.
    await nextTurn();
  }
  const brought = await bringIn(
    run,
    read.flatMap(({ wanted }) => wanted ?? []),
    signal,
  );
  const { database, row } = run;
  const refused = read.filter(({ wanted }) => wanted === undefined).flatMap(({ staged }) => staged);
  const mirrors = read.flatMap(({ name, wanted = [] }) =>
    wanted.flatMap((one) => {
      const mirror = brought.get(keyOf(one))?.mirror;
      return mirror === undefined ? [] : { ...mirror, organisation: name };
    }),
  );
  await database.transaction(async (sql) => {
    if (refused.length > 0) await keepRefused(sql, row, namesOf(refused));
    await keepMirrored(sql, row, mirrors);
    await writeReport(
      sql,
      row.id,
      read.flatMap((group) => reportOf(group, brought)),
    );
  });
}

/** Whose lines these are. */
export const namesOf = (staged: readonly Staged[]): Refused => ({
  organisations: [...new Set(staged.flatMap(({ organisation }) => organisation ?? []))],
  offers: staged.filter(({ kind }) => kind === 'offer').map(({ id }) => id),
});

function readGroup(run: Applying, all: readonly Staged[]): ReadGroup {
  const staged = withOrganisation(all);
  const findings = new Map(staged.map(({ seq, findings }) => [seq, [...findings]]));
  const wanted = wantedFrom(run, staged, findings);
  const isRefused = [...findings.values()].flat().some(isRefusal);
  const name = staged[0]?.organisation ?? '';
  return { name, staged, findings, wanted: isRefused ? undefined : wanted };
}

/** An organisation that stands within its services only speaks for itself, once. */
function withOrganisation(all: readonly Staged[]): readonly Staged[] {
  const known = all.filter(({ kind }) => kind !== 'embedded');
  const embedded = all.find(({ kind }) => kind === 'embedded');
  return embedded === undefined || known.some(({ kind }) => kind === 'organisation')
    ? known
    : [{ ...embedded, kind: 'organisation' }, ...known];
}

/** Undefined where the organisation cannot be taken; why is added to the findings. */
function wantedFrom(
  { log, row, communes }: Applying,
  staged: readonly Staged[],
  findings: Findings,
): Wanted[] | undefined {
  const organisation = staged.find(({ kind }) => kind === 'organisation');
  const noteOf = (seq: bigint) => (field: string, code: FindingCode) => {
    const found = findings.get(seq);
    const isNew = !found?.some((one) => one.field === field && one.code === code);
    if (isNew && found !== undefined && found.length < findingsMax) found.push({ field, code });
  };
  if (organisation === undefined) {
    for (const { seq } of staged) noteOf(seq)('organisation', 'organisation-missing');
    return undefined;
  }
  if (staged.some(({ document }) => document === null)) return undefined;
  const offers = staged.filter(({ kind }) => kind === 'offer');
  const group = formatOf(row.terms.format).group({ organisation, offers }, communes, noteOf);
  const wanted = wantedOf(log, row, group);
  const seqs = new Map(staged.map((one) => [`${one.kind} ${one.id}`, one.seq]));
  for (const one of wanted.filter((each) => !each.check())) {
    noteOf(seqs.get(keyOf(one)) ?? organisation.seq)('', 'not-storable');
  }
  return wanted;
}

function reportOf(
  { staged, findings, wanted }: ReadGroup,
  brought: ReadonlyMap<string, Brought>,
): StoredReport[] {
  if (wanted === undefined) return refusals(staged, findings);
  return staged.map((one) => {
    const effect = brought.get(`${one.kind} ${one.id}`)?.effect ?? 'none';
    return rowOf(one, findings.get(one.seq) ?? [], effect);
  });
}

const rowOf = (
  { seq, line, kind, id, organisation }: Staged,
  findings: readonly Found[],
  effect: StoredReport['effect'],
): StoredReport => ({
  ...{ seq, line, entry: id, organisation, effect },
  kind: kind === 'embedded' ? 'organisation' : kind,
  outcome: findings.some(isRefusal) ? 'refused' : findings.length > 0 ? 'corrected' : 'accepted',
  findings: [...findings],
});

/** Every line of a refused organisation is refused. */
export function refusals(
  staged: readonly Staged[],
  findings: ReadonlyMap<bigint, readonly Found[]>,
): StoredReport[] {
  return staged.map((one) => {
    const own = findings.get(one.seq) ?? [];
    const because = own.some(isRefusal)
      ? own
      : [...own, { field: '', code: 'organisation-refused' as const }];
    return rowOf(one, because, 'none');
  });
}
