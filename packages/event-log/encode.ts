import { isDeepStrictEqual } from 'node:util';
import { AppendTooLarge, appendBytesMax, ContentMismatch, type NewEvent } from './log.ts';

/** An event as the stores write it: data and metadata as JSON text. */
export type EncodedEvent = {
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const name = /^[\x21-\x7e]{1,255}$/;

/**
 * What every store checks before it sends anything: names are printable ASCII, ids lower-case UUIDs and all
 * different, the whole at most `appendBytesMax`. RangeError for a caller's bug (an append of no events is one).
 */
export function encodeAppend(stream: string, events: readonly NewEvent[]): EncodedEvent[] {
  if (!name.test(stream))
    throw new RangeError('a stream is named by 1 to 255 printable characters');
  if (events.length === 0) throw new RangeError('an append has at least one event');
  const ids = new Set<string>();
  let bytes = 0;
  const encoded = events.map(({ id, type, data, metadata }) => {
    if (!uuid.test(id)) throw new RangeError('an event id is a lower-case UUID');
    if (!name.test(type)) throw new RangeError('an event type is 1 to 255 printable characters');
    if (data === undefined) throw new RangeError('an event has data');
    ids.add(id);
    const event = { id, type, data: JSON.stringify(data), metadata: JSON.stringify(metadata) };
    bytes += Buffer.byteLength(event.data) + Buffer.byteLength(event.metadata);
    return event;
  });
  if (ids.size < events.length) throw new ContentMismatch('one append names an event id twice');
  if (bytes > appendBytesMax) {
    throw new AppendTooLarge(`${bytes} bytes of ${appendBytesMax} in one append to ${stream}`);
  }
  return encoded;
}

/**
 * Whether a stored event is the one to append: same type and data. Metadata is left out, because a retry of
 * a command has its own trace context and time.
 */
export const sameContent = (
  stored: { readonly type: string; readonly data: unknown },
  event: EncodedEvent,
): boolean => stored.type === event.type && isDeepStrictEqual(stored.data, JSON.parse(event.data));
