import { createHash } from 'node:crypto';

const namespace = Buffer.from('6f1c7a8e4d0b5c0e9a6b52454c414953', 'hex');

/** Name-based UUID (version 5, RFC 9562 §5.5) in the namespace of Relais: the same parts give the same id. */
export function derivedId(...parts: readonly (string | number)[]): string {
  const hash = createHash('sha1').update(namespace).update(JSON.stringify(parts)).digest();
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Id of the n-th event of a command: a retry of the command gives the same ids. */
export const eventId = (commandId: string, index: number): string =>
  derivedId('event', commandId, index);
