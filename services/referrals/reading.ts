import { randomUUID } from 'node:crypto';
import type { Category } from '@relais/contracts/sealed';
import type { CaseLevel, ReferralLevel } from '@relais/contracts/views/levels';
import { eventId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import type { Caller } from '@relais/http/caller';
import type { Sql } from '@relais/postgres/database';
import type { Vault } from '@relais/vault/vault';
import type { SealedAt } from './fold.ts';

/** What reading needs: `sql` finds the tables of this version of the read model (its search_path). */
export type ReadModelAccess = {
  readonly log: Log;
  readonly sql: Sql;
  readonly vault: Pick<Vault, 'openMany'>;
  readonly now: () => Date;
};

/** Who reads what at which level: what the log is to remember. */
export type Reading = {
  readonly caller: Caller;
  readonly correlationId: string;
  readonly case: string;
  readonly referral: string | null;
  readonly level: CaseLevel | ReferralLevel | 'duplicate-candidates';
};

/** Personal data as far as the log remembers of it that it was read. */
type Read = Pick<SealedAt, 'person' | 'category'>;

/** Texts that were opened; `forgotten` when the person's keys are gone, and the value with them. */
export type Opened = {
  readonly text: (sealed: SealedAt) => Clear<string>;
  /** Parsed: personal values are sealed as JSON. */
  readonly value: (sealed: SealedAt) => Clear<unknown>;
};
export type Clear<Value> = { readonly value: Value | null; readonly forgotten: boolean };

/**
 * Opens personal data for a reader. The log knows of it before anybody sees it: when it cannot be recorded, this
 * throws and nothing is opened.
 */
export async function openRecorded(
  { log, vault, now }: Pick<ReadModelAccess, 'log' | 'vault' | 'now'>,
  reading: Reading,
  sealed: readonly SealedAt[],
): Promise<Opened> {
  await recordReading({ log, now }, reading, sealed);
  const texts = await vault.openMany(sealed.map(({ at, ...text }) => ({ sealed: text, at })));
  const opened = new Map(sealed.map((one, index) => [one, texts[index]]));
  const value = (one: SealedAt): Clear<unknown> => {
    if (!opened.has(one)) throw new Error(`${one.at.field} is shown but was not asked for`);
    const text = opened.get(one);
    return text === undefined
      ? { value: null, forgotten: true }
      : { value: JSON.parse(text), forgotten: false };
  };
  return { value, text: (one) => value(one) as Clear<string> };
}

/** Tells the log who reads what, before anybody does; throws where it cannot. Of nothing read nothing is told. */
export async function recordReading(
  { log, now }: Pick<ReadModelAccess, 'log' | 'now'>,
  { caller, correlationId, case: file, referral, level }: Reading,
  read: readonly Read[],
): Promise<void> {
  if (read.length === 0) return;
  const id = randomUUID();
  const categories = new Set<Category>(read.map(({ category }) => category));
  const persons = new Set<string>(read.map(({ person }) => person));
  await log.append(
    `access-${id}`,
    [
      {
        id: eventId(id, 0),
        type: 'personal-data-read.v1',
        data: {
          client: caller.clientId,
          association: caller.association,
          case: file,
          referral,
          level,
          categories: [...categories].sort(),
          persons: [...persons].sort(),
          breakGlass: level === 'break-glass',
        },
        metadata: {
          actor: caller.clientId,
          association: caller.association,
          correlationId,
          causationId: id,
          commandId: id,
          occurredAt: now().toISOString(),
          schemaVersion: 1,
        },
      },
    ],
    { expected: 'none' },
  );
}
