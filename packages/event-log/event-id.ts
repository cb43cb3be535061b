import { hash } from 'node:crypto';

const namespace = Buffer.from('6f1c7a8e4d0b5c0e9a6b52454c414953', 'hex');
/** The first digit of the fourth group: its two highest bits are 10. */
const variants = '89ab';

/** Name-based UUID (version 5, RFC 9562 §5.5) in the namespace of Relais: the same parts give the same id. */
export function derivedId(...parts: readonly (string | number)[]): string {
  const hex = hash('sha1', Buffer.concat([namespace, Buffer.from(JSON.stringify(parts))]), 'hex');
  const variant = variants[Number.parseInt(hex.charAt(16), 16) & 3];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Id of the n-th event of a command: a retry of the command gives the same ids. */
export const eventId = (commandId: string, index: number): string =>
  derivedId('event', commandId, index);

/** The UUID in the name of the stream that an event or a timer is of. */
export const streamId = ({ stream }: { readonly stream: string }): string => stream.slice(-36);
