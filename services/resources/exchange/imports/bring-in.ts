import { derivedId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import type { CommandContext } from '@relais/event-log/submit';
import { forEachOf } from '@relais/event-log/together';
import type { Database } from '@relais/postgres/database';
import type { Vault } from '@relais/vault/vault';
import type { Communes } from '../places.ts';
import { sealing } from './mirror.ts';
import { keyOf, type Mirrored, mirroredOf } from './mirrored.ts';
import type { StoredReport } from './report.ts';
import type { ImportRow } from './spool.ts';
import type { Wanted } from './wanted.ts';

export type Applying = {
  readonly log: Log;
  readonly vault: Vault;
  readonly database: Database;
  readonly row: ImportRow;
  readonly communes: Communes;
};
/** What became of an entry, and what is to be kept of it. */
export type Brought = {
  readonly effect: StoredReport['effect'];
  readonly mirror: Omit<Mirrored, 'organisation'>;
};

/** The log and the vault take together what comes together. */
const entriesAtOnce = 48;

/**
 * Appends what is new or has changed, by kind and entry: organisations first, so that what refers to them finds them. What
 * has not changed costs no look into the log.
 */
export async function bringIn(
  run: Applying,
  wanted: readonly Wanted[],
  signal: AbortSignal,
): Promise<Map<string, Brought>> {
  const before = await mirroredOf(run.database, run.row, wanted);
  const brought = new Map<string, Brought>();
  for (const kind of ['organisation', 'site', 'offer']) {
    signal.throwIfAborted();
    const ofKind = wanted.filter((one) => one.kind === kind);
    await forEachOf(ofKind, entriesAtOnce, async (one) => {
      const key = keyOf(one);
      brought.set(key, await bringOne(run, one, before.get(key)));
    });
  }
  return brought;
}

async function bringOne(
  { vault, row }: Applying,
  wanted: Wanted,
  before: Mirrored | undefined,
): Promise<Brought> {
  const { kind, entry, id, contact: said } = wanted;
  const isThere = before !== undefined && !before.is_retired;
  const person = said ?? null;
  const content = await vault.matchKey('entry', JSON.stringify(wanted.content));
  const contact =
    said === undefined && isThere
      ? before.contact
      : person && (await vault.matchKey('entry', JSON.stringify([id, person])));
  const mirror = { kind, entry, id, content, contact, is_retired: false };
  if (isThere && before.content === content && before.contact === contact) {
    return { effect: 'unchanged', mirror };
  }
  const context = importContext(row, derivedId('mirror-command', row.id, kind, entry));
  const isSameContact = isThere && before.contact === contact;
  const toSeal = isSameContact
    ? async () => undefined
    : sealing({ vault }, context.commandId, person);
  const isAppended = await wanted.submit({ context, toSeal, isNew: before === undefined });
  if (!isAppended) return { effect: 'unchanged', mirror };
  return { effect: before === undefined ? 'created' : 'changed', mirror };
}

/** What an import appends is done by whoever asked for it, and happened when the file was there. */
export const importContext = (row: ImportRow, commandId: string): CommandContext => ({
  actor: row.client,
  association: row.association,
  correlationId: row.id,
  causationId: row.id,
  commandId,
  occurredAt: row.uploaded_at ?? row.started_at,
});
