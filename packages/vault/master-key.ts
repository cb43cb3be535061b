import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/** The first key of the configuration wraps new data keys; the others still unwrap what they once wrapped. */
export type MasterKeys = {
  readonly current: MasterKey;
  readonly all: ReadonlyMap<string, MasterKey>;
};
export type MasterKey = { readonly id: string; readonly key: KeyObject };

/** The configured master keys cannot be used; the message names the place in the list, never the key. */
export class MasterKeyInvalid extends Error {
  override readonly name = 'MasterKeyInvalid';
}

/** A data key is wrapped by a master key that is not configured (any more). */
export class MasterKeyMissing extends Error {
  override readonly name = 'MasterKeyMissing';
}

const keyBytes = 32;

/**
 * Reads one or more master keys: base64url, 32 bytes each, separated by commas, the current one first.
 * Throws MasterKeyInvalid.
 */
export function readMasterKeys(text: string): MasterKeys {
  const keys = text.split(',').map((part, index) => readMasterKey(part.trim(), index + 1));
  const all = new Map(keys.map((key) => [key.id, key]));
  const [current] = keys;
  if (current === undefined) throw new MasterKeyInvalid('no master key is configured');
  if (all.size < keys.length) throw new MasterKeyInvalid('a master key is configured twice');
  return { current, all };
}

function readMasterKey(text: string, place: number): MasterKey {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.toString('base64url') !== text.replace(/=+$/, '')) {
    throw new MasterKeyInvalid(`master key ${place} is not base64url`);
  }
  if (bytes.length !== keyBytes) {
    throw new MasterKeyInvalid(
      `master key ${place} has ${bytes.length} bytes instead of ${keyBytes}`,
    );
  }
  if (new Set(bytes).size < 8) {
    throw new MasterKeyInvalid(`master key ${place} is not random`);
  }
  return { id: fingerprint(bytes), key: createSecretKey(bytes) };
}

/** Keys are told apart by what they are, so that no list of names can be mixed up between two deployments. */
const fingerprint = (bytes: Buffer): string =>
  createHmac('sha256', bytes).update('relais.vault.master-key-id').digest('hex').slice(0, 16);
