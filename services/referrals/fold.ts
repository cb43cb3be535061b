import type { EventContract } from '@relais/contracts/event-contract';
import type { Sealed } from '@relais/contracts/sealed';
import { streamId } from '@relais/event-log/event-id';
import type { Recorded } from '@relais/event-log/log';
import { parse } from '@relais/event-log/parse';
import { type Table, table } from '@relais/event-log/projection';
import type { Place } from '@relais/vault/cipher';

/** Personal data as a row keeps it: the ciphertext, and where it was sealed, without which it does not open. */
export type SealedAt = Sealed & { readonly at: Place };

type AnyEvent = { readonly type: string; readonly data: unknown };

/** An event of the current version, with what every fold needs of its record. */
export type Fact<Event extends AnyEvent = AnyEvent> = {
  /** The kind of stream: `case`, say. */
  readonly category: string;
  /** The UUID in the stream's name. */
  readonly id: string;
  readonly event: Event;
  readonly record: Recorded;
  /** When it happened, ISO 8601 with milliseconds: rows come back from PostgreSQL like this. */
  readonly at: string;
};

/** The fact that a record states. Throws UnparsableEvent. */
export const factOf = (contract: EventContract<AnyEvent>, record: Recorded): Fact => ({
  category: streamCategory(record.stream),
  id: streamId(record).toLowerCase(),
  event: parse(contract, record),
  record,
  at: instant(record.metadata.occurredAt),
});

/** The category of `referral-<uuid>`, or of `place-pool-<uuid>`. */
export const streamCategory = (stream: string): string => stream.slice(0, -37);

/**
 * A table that the events of one kind of stream make. `fold` is pure: no clock, no I/O, so that a replay gives
 * the same rows whatever the batches.
 */
export type StreamTable<Row, Event extends AnyEvent> = {
  readonly name: string;
  readonly key: readonly (keyof Row & string)[];
  /** Keys of the rows that the event changes. */
  readonly touches: (fact: Fact<Event>) => readonly Partial<Row>[];
  /** Each row is made by one event and never changed: it need not be loaded. */
  readonly insertOnly?: boolean;
  readonly fold: (row: Row | undefined, fact: Fact<Event>) => Row | undefined;
};

/** A row that is called like its stream is not there before the stream's first event. */
const opens = (row: { readonly id?: unknown }, { stream, revision }: Recorded): boolean =>
  revision === 0n && stream.endsWith(`-${String(row.id)}`);

/** The rules of a table for the projection, which sees every stream. */
export const tableOf = <Row extends object, Event extends AnyEvent>(
  category: string,
  { name, key, touches, fold, insertOnly = false }: StreamTable<Row, Event>,
): Table<Fact> =>
  table<Row, Fact>({
    name,
    key,
    insertOnly,
    opens,
    touches: (fact) => (fact.category === category ? touches(fact as Fact<Event>) : nothing),
    fold: (row, fact) => fold(row, fact as Fact<Event>),
  });
const nothing: readonly never[] = [];

/** The row that an earlier event made. Throws when there is none: the stream does not begin with its opening. */
export function existing<Row>(row: Row | undefined, { record }: Pick<Fact, 'record'>): Row {
  if (row === undefined) throw new Error(`${record.type} before what it changes`);
  return row;
}

/** The same moment with milliseconds, as rows have it. */
export const instant = (time: string): string =>
  // Nearly all are written like that already, and a replay meets millions of them.
  isInstant.test(time) ? time : new Date(time).toISOString();
const isInstant = /^\d{4}-(0\d|1[0-2])-([01]\d|2[0-8])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** Binds a sealed value to where it stands in its event. */
export const sealedAt = (
  { record }: Pick<Fact, 'record'>,
  field: string,
  { person, category, text }: Sealed,
): SealedAt => ({
  person,
  category,
  text,
  at: { stream: record.stream, eventId: record.id, type: record.type, field },
});

/** Like `sealedAt`, for what may be missing. */
export const sealedOrNull = (
  fact: Pick<Fact, 'record'>,
  field: string,
  sealed: Sealed | null,
): SealedAt | null => (sealed === null ? null : sealedAt(fact, field, sealed));
