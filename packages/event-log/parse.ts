import type { ZodError, ZodType } from 'zod';
import type { Recorded } from './log.ts';

/** Every event type a stream may hold, old versions included, and how an old one becomes the next. */
export type EventContract<Event extends { type: string; data: unknown }> = {
  readonly schemas: { readonly [type: string]: ZodType };
  /** From an old type to its successor; applied until a type has no upcaster. */
  readonly upcasters: { readonly [type: string]: (data: never) => { type: string; data: unknown } };
  /** Phantom: the union of current versions that `parse` gives. */
  readonly current?: Event;
};

/** Stops whoever reads it: an event that no contract describes is never skipped in silence. */
export class UnparsableEvent extends Error {
  override readonly name = 'UnparsableEvent';
  readonly position: bigint;

  constructor(record: Recorded, reason: string) {
    super(`${record.type} at position ${record.position} of ${record.stream}: ${reason}`);
    this.position = record.position;
  }
}

/** The event as its current version, checked by the contract of the version it was stored with. Throws UnparsableEvent. */
export function parse<Event extends { type: string; data: unknown }>(
  contract: EventContract<Event>,
  record: Recorded,
): Event {
  // Not what every object has: a type may be called `toString`.
  const schema = Object.hasOwn(contract.schemas, record.type)
    ? contract.schemas[record.type]
    : undefined;
  if (schema === undefined) throw new UnparsableEvent(record, 'no contract describes this type');
  const result = schema.safeParse(record.data);
  if (!result.success) throw new UnparsableEvent(record, fieldsOf(result.error));
  let event: { type: string; data: unknown } = { type: record.type, data: result.data };
  for (
    let up = contract.upcasters[event.type];
    up !== undefined;
    up = contract.upcasters[event.type]
  ) {
    event = up(event.data as never);
  }
  return event as Event;
}

/**
 * Throws for an event that nobody could read again: appended, it would stop every consumer for good, whatever mistake of
 * the rules it came from.
 */
export function checkReadable<Event extends { type: string; data: unknown }>(
  { schemas }: EventContract<Event>,
  { type, data }: Event,
): void {
  const result = schemas[type]?.safeParse(data);
  if (result?.success) return;
  const reason = result === undefined ? 'no contract describes it' : fieldsOf(result.error);
  throw new Error(`${type} would be unreadable: ${reason}`);
}

/** Which fields are wrong and how, without their values. */
const fieldsOf = ({ issues }: ZodError): string =>
  issues.map(({ path, code }) => `${path.join('.')} ${code}`).join(', ');
