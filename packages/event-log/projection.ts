import type { Recorded } from './log.ts';

type AnyRow = Record<string, unknown>;

/**
 * One table of a read model, as pure functions of the events. `Row` has the names of the columns; what a column
 * may lack is null. Values come back from PostgreSQL as @relais/postgres gives them: bigint for int8, ISO text
 * for timestamptz.
 */
export type TableRules<Row, Event> = {
  readonly name: string;
  /** Columns of the primary key. */
  readonly key: readonly (keyof Row & string)[];
  /**
   * The rows an event touches: with all columns of the key, that row, whether it exists or not; with other
   * columns, every row there is that has these values.
   */
  readonly touches: (event: Event, record: Recorded) => readonly Partial<Row>[];
  /** Rows are made by one event each and never looked at by another, as in a timeline: they are not loaded. */
  readonly insertOnly?: boolean;
  /** Whether the row with this key cannot be there before the event: it is not looked for. */
  readonly opens?: (row: Partial<Row>, record: Recorded) => boolean;
  /** The row after the event; undefined removes it. The same object means: unchanged. */
  readonly fold: (row: Row | undefined, event: Event, record: Recorded) => Row | undefined;
};

/** A table whose row type is known to its rules alone. */
export type Table<Event> = TableRules<AnyRow, Event>;

/** Makes the rules of one table fit for a projection of many. */
export const table = <Row extends object, Event>(rules: TableRules<Row, Event>): Table<Event> =>
  // The rows given back to the rules are those that they made.
  rules as unknown as Table<Event>;

/** A read model: a function of the log that can be thrown away and built again. */
export type Projection<Event> = {
  /** Its tables live in the schema `<name>_<version>`. */
  readonly name: string;
  /** To be raised with every change of the rules or the tables: it builds beside the one before. */
  readonly version: number;
  /** Stream prefixes it reads; every event of them must parse. */
  readonly prefixes: readonly string[];
  /** The SQL files that make the tables, in order, with unqualified names. */
  readonly views: readonly URL[];
  /**
   * SQL files with indexes that only readers need, one `create index` after the other. They are made once the rows have
   * caught up for the first time: keeping them meanwhile costs more than making them then.
   */
  readonly indexes?: readonly URL[];
  /** Throws UnparsableEvent, which stops the projection. */
  readonly parse: (record: Recorded) => Event;
  readonly tables: readonly Table<Event>[];
};

/** The PostgreSQL schema of a projection; also the name of its checkpoint. */
export const schemaOf = ({ name, version }: { name: string; version: number }): string =>
  `${name}_${version}`;
