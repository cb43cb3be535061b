/** Texts about persons, as rows keep them and as readers get them. */
import { randomUUID } from 'node:crypto';
import type { Sealed } from '@relais/contracts/sealed';
import { eventId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import type { Caller } from '@relais/http/caller';
import type { Place } from '@relais/vault/cipher';
import type { Desk } from './desk.ts';

/** The ciphertext, and where it was sealed, without which it does not open. */
export type SealedAt = Sealed & { readonly at: Place };

/** Binds a sealed value to where it stands in its event. */
export const sealedAt = (
  { stream, id, type }: Pick<Recorded, 'stream' | 'id' | 'type'>,
  field: string,
  sealed: Sealed | null,
): SealedAt | null =>
  sealed === null ? null : { ...sealed, at: { stream, eventId: id, type, field } };

/** Who reads which texts as what: what the log is to remember. */
export type Reading = {
  readonly caller: Caller;
  readonly correlationId: string;
  /** The kind of stream, and which. */
  readonly of: string;
  readonly id: string;
  readonly level: string;
};

/**
 * Opens texts for a reader, in order; null for none and for one that was erased. The log knows of it before anybody
 * sees them: when it cannot be recorded, this throws and nothing is opened.
 */
export async function openRecorded(
  { log, vault, now }: Pick<Desk, 'log' | 'vault' | 'now'>,
  reading: Reading,
  texts: readonly (SealedAt | null)[],
): Promise<(string | null)[]> {
  const sealed = texts.filter((text) => text !== null);
  if (sealed.length === 0) return texts.map(() => null);
  await record({ log, now }, reading, sealed);
  const opened = await vault.openMany(sealed.map(({ at, ...one }) => ({ sealed: one, at })));
  const clear = new Map(sealed.map((one, index) => [one, opened[index]]));
  return texts.map((text) => {
    const json = text === null ? undefined : clear.get(text);
    return json === undefined ? null : (JSON.parse(json) as string);
  });
}

async function record(
  { log, now }: Pick<Desk, 'log' | 'now'>,
  { caller, correlationId, of, id, level }: Reading,
  texts: readonly SealedAt[],
): Promise<void> {
  const { clientId: client, association } = caller;
  const reading = randomUUID();
  const categories = [...new Set(texts.map(({ category }) => category))].sort();
  const persons = [...new Set(texts.map(({ person }) => person))].sort();
  await log.append(
    `access-${reading}`,
    [
      {
        id: eventId(reading, 0),
        type: 'resource-text-read.v1',
        data: { client, association, of, id, level, categories, persons },
        metadata: {
          ...{ actor: client, association, correlationId, causationId: reading },
          ...{ commandId: reading, occurredAt: now().toISOString(), schemaVersion: 1 },
        },
      },
    ],
    { expected: 'none' },
  );
}
