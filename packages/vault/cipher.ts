import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto';
import { pad, unpad } from './padding.ts';

/** Where a text is sealed. It opens nowhere else. */
export type Place = {
  readonly stream: string;
  readonly eventId: string;
  readonly type: string;
  readonly field: string;
};

/** The text was changed, or moved to another place, person or category than it was sealed for. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken';
}

/** The two keys that one data key stands for: one encrypts, one makes the nonces. */
export type SealingKeys = { readonly encryption: KeyObject; readonly nonce: KeyObject };

/** HKDF (RFC 5869), so that neither use of the data key can tell anything about the other. */
export const sealingKeys = (dataKey: Buffer): SealingKeys => ({
  encryption: derive(dataKey, 'relais.vault.encryption'),
  nonce: derive(dataKey, 'relais.vault.nonce'),
});

const algorithm = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM under a nonce computed from the text and its place, so that a retried command gives the same
 * bytes and the log recognises its events.
 *
 * NIST SP 800-38D §8 asks that a nonce never serves two different inputs of one key, save with probability
 * 2^-32. Here the nonce is a pseudorandom function (HMAC-SHA256, its own key, 96 bits) of all that goes in,
 * the construction of RFC 8452 and of SIV (RFC 5297): the same nonce comes back with the same input, which
 * gives the same ciphertext and tells nothing new; two different inputs share one only by a collision of 96
 * bits, which stays under 2^-32 for 2^32 texts of one person and category. Equal texts look equal in the same
 * place only, and every event is a place of its own.
 */
export function encrypt(keys: SealingKeys, associated: Buffer, plaintext: string): string {
  const padded = pad(Buffer.from(plaintext, 'utf8'));
  const nonce = createHmac('sha256', keys.nonce)
    .update(lengthOf(associated))
    .update(associated)
    .update(padded)
    .digest()
    .subarray(0, nonceBytes);
  const cipher = createCipheriv(algorithm, keys.encryption, nonce, { authTagLength: tagBytes });
  cipher.setAAD(associated);
  const text = Buffer.concat([nonce, cipher.update(padded), cipher.final(), cipher.getAuthTag()]);
  return text.toString('base64url');
}

/** The plaintext; throws SealBroken. */
export function decrypt(keys: SealingKeys, associated: Buffer, text: string): string {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length <= nonceBytes + tagBytes || bytes.toString('base64url') !== text) {
    throw new SealBroken('the sealed text is malformed');
  }
  const tagStart = bytes.length - tagBytes;
  const decipher = createDecipheriv(algorithm, keys.encryption, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(associated);
  decipher.setAuthTag(bytes.subarray(tagStart));
  try {
    const padded = Buffer.concat([
      decipher.update(bytes.subarray(nonceBytes, tagStart)),
      decipher.final(),
    ]);
    return unpad(padded).toString('utf8');
  } catch {
    throw new SealBroken('the sealed text was changed or moved');
  }
}

/** Associated data: unambiguous, because JSON escapes what could end a part early. */
export const associatedData = (person: string, category: string, at: Place): Buffer =>
  Buffer.from(
    JSON.stringify(['relais.seal.1', person, category, at.stream, at.eventId, at.type, at.field]),
  );

const derive = (dataKey: Buffer, use: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', dataKey, Buffer.alloc(0), use, 32)));

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return length;
}
