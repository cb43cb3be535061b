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

/** The upcaster to a version that takes whatever the one before it took. */
export const becomes =
  (type: string) =>
  (data: never): { type: string; data: unknown } => ({ type, data });

/** The union of events that a record of schemas, keyed by event type, describes. What happened is never edited. */
export type EventOf<Schemas extends { readonly [type: string]: ZodType }> = {
  [Type in keyof Schemas & string]: {
    readonly type: Type;
    readonly data: Immutable<z.output<Schemas[Type]>>;
  };
}[keyof Schemas & string];

/** Read-only through and through. */
export type Immutable<Value> = Value extends string | number | boolean | null | undefined
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Immutable<Item>[]
    : { readonly [Key in keyof Value]: Immutable<Value[Key]> };
