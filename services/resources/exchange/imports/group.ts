import { derivedId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import type { CommandContext } from '@relais/event-log/submit';
import type { Database } from '@relais/postgres/database';
import type { Vault } from '@relais/vault/vault';
import { type FindingCode, isRefusal } from '../described.ts';
import type { Communes } from '../places.ts';
import { type Found, formatOf, type Staged } from './format.ts';
import { sealing } from './mirror.ts';
import { keepMirrored, keepOrganisation, keyOf, type Mirrored, mirroredOf } from './mirrored.ts';
import { type StoredReport, writeReport } from './report.ts';
import type { ImportRow } from './spool.ts';
import { type Wanted, wantedOf } from './wanted.ts';

export type Applying = {
  readonly log: Log;
  readonly vault: Vault;
  readonly database: Database;
  readonly row: ImportRow;
  readonly communes: Communes;
};

/** Entries of one organisation: what is held in memory at once. */
const entriesMax = 5_000;
const findingsMax = 50;

/** Brings one organisation in, whole or not at all, and reports each of its lines. Safe to repeat. */
export async function applyGroup(run: Applying, all: readonly Staged[]): Promise<void> {
  const staged = withOrganisation(all);
  const findings = new Map(staged.map(({ seq, findings }) => [seq, [...findings]]));
  const wanted = wantedFrom(run, staged, findings);
  const isRefused = [...findings.values()].flat().some(isRefusal);
  const { database, row } = run;
  if (wanted === undefined || isRefused) {
    await database.transaction(async (sql) => {
      await keepOrganisation(sql, row, staged[0]?.organisation ?? '');
      await writeReport(sql, row.id, refusals(staged, findings));
    });
    return;
  }
  const before = await mirroredOf(database, row, wanted);
  const effects = new Map<string, StoredReport['effect']>();
  const mirrors: Mirrored[] = [];
  for (const one of wanted) {
    const key = keyOf(one);
    const { effect, mirror } = await mirrorOne(run, one, before.get(key));
    effects.set(key, effect);
    mirrors.push({ ...mirror, organisation: staged[0]?.organisation ?? '' });
  }
  const rows = staged.map((one) => {
    const effect = effects.get(keyOf({ kind: one.kind as 'offer', entry: one.id })) ?? 'none';
    return rowOf(one, findings.get(one.seq) ?? [], effect);
  });
  await database.transaction(async (sql) => {
    await keepMirrored(sql, row, mirrors);
    await writeReport(sql, row.id, rows);
  });
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
  findings: Map<bigint, Found[]>,
): Wanted[] | undefined {
  const [first] = staged;
  const organisation = staged.find(({ kind }) => kind === 'organisation');
  const noteOf = (seq: bigint) => (field: string, code: FindingCode) => {
    const found = findings.get(seq);
    const isNew = !found?.some((one) => one.field === field && one.code === code);
    if (isNew && found !== undefined && found.length < findingsMax) found.push({ field, code });
  };
  if (first === undefined) return undefined;
  if (staged.length > entriesMax) {
    noteOf(first.seq)('', 'too-large');
    return undefined;
  }
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

type Mirroring = { readonly effect: StoredReport['effect']; readonly mirror: Mirrored };

async function mirrorOne(
  { log: _, vault, row }: Applying,
  wanted: Wanted,
  before: Mirrored | undefined,
): Promise<Mirroring> {
  const { kind, entry, id, contact: person } = wanted;
  const content = await vault.matchKey('entry', JSON.stringify(wanted.content));
  const contact =
    person === null ? null : await vault.matchKey('entry', JSON.stringify([id, person]));
  const mirror = { kind, entry, id, content, contact, organisation: '', is_retired: false };
  const isThere = before !== undefined && !before.is_retired;
  if (isThere && before.content === content && before.contact === contact) {
    return { effect: 'unchanged', mirror };
  }
  const context = contextOf(row, derivedId('mirror-command', row.id, kind, entry));
  const isSameContact = isThere && before.contact === contact;
  const toSeal = isSameContact
    ? async () => undefined
    : sealing({ vault }, context.commandId, person);
  const isAppended = await wanted.submit({ context, toSeal });
  if (!isAppended) return { effect: 'unchanged', mirror };
  return { effect: before === undefined ? 'created' : 'changed', mirror };
}

/** What an import appends is done by whoever asked for it, and happened when the file was there. */
export const contextOf = (row: ImportRow, commandId: string): CommandContext => ({
  actor: row.client,
  association: row.association,
  correlationId: row.id,
  causationId: row.id,
  commandId,
  occurredAt: row.uploaded_at ?? row.started_at,
});

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
