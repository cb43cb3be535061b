import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { type MasterKey, MasterKeyMissing, type MasterKeys } from './master-key.ts';

/** A data key as the store keeps it: encrypted under the master key that it names. */
export type WrappedKey = { readonly masterKey: string; readonly wrapped: Buffer };

/** The row of a data key was changed, or put in another one's place. */
export class KeyBroken extends Error {
  override readonly name = 'KeyBroken';
}

const algorithm = 'aes-256-gcm';
/** Of the random nonce that a key is wrapped under. */
export const wrapNonceBytes = 12;
const tagBytes = 16;

/**
 * Encrypts a data key under a master key, bound to the name it is kept under. The nonce is random: SP 800-38D
 * §8.3 allows 2^32 of those for one key, far more than there are persons.
 */
export function wrap(
  master: MasterKey,
  name: string,
  dataKey: Buffer,
  nonce = randomBytes(wrapNonceBytes),
): WrappedKey {
  const cipher = createCipheriv(algorithm, master.key, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associatedData(master.id, name));
  return {
    masterKey: master.id,
    wrapped: Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]),
  };
}

/** The data key. Throws MasterKeyMissing and KeyBroken. */
export function unwrap(masters: MasterKeys, name: string, key: WrappedKey): Buffer {
  const master = masters.all.get(key.masterKey);
  if (master === undefined) {
    throw new MasterKeyMissing(`master key ${key.masterKey} wraps data keys but is not configured`);
  }
  const { wrapped } = key;
  const decipher = createDecipheriv(algorithm, master.key, wrapped.subarray(0, wrapNonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(associatedData(master.id, name));
  decipher.setAuthTag(wrapped.subarray(-tagBytes));
  try {
    return Buffer.concat([
      decipher.update(wrapped.subarray(wrapNonceBytes, -tagBytes)),
      decipher.final(),
    ]);
  } catch {
    throw new KeyBroken(`the stored key ${name} does not open`);
  }
}

const associatedData = (masterKey: string, name: string): Buffer =>
  Buffer.from(JSON.stringify(['relais.wrap.1', masterKey, name]));
