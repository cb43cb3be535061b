import type { ZodType, z } from 'zod';

/**
 * Every event type a kind of stream may hold, old versions included, and how an old one becomes the next.
 * Structurally the contract that the log's `parse` takes.
 */
export type EventContract<Event extends { type: string; data: unknown }> = {
  readonly schemas: { readonly [type: string]: ZodType };
  readonly upcasters: { readonly [type: string]: (data: never) => { type: string; data: unknown } };
  /** Phantom: the union of current versions. */
  readonly current?: Event;
};

/** The union of events that a record of schemas, keyed by event type, describes. */
export type EventOf<Schemas extends { readonly [type: string]: ZodType }> = {
  [Type in keyof Schemas & string]: { readonly type: Type; readonly data: z.output<Schemas[Type]> };
}[keyof Schemas & string];
