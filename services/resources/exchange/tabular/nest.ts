import type { Sql } from '@relais/postgres/database';
import { elementBytesMax, type Read } from '../reading/read.ts';
import type { requiredTables } from './columns.ts';
import { placeOf, type Recorded } from './records.ts';
import { type Nested, tables } from './tables.ts';

/** Records that are put together at once: each is at most `elementBytesMax` with all it holds. */
const rootsAtOnce = 100;

type Document = { [property: string]: unknown };
type Row = {
  place: string;
  line: bigint;
  table: string;
  id: string;
  size: number;
  record: Document;
};
/** A record, and those that it is part of: one place is in many services. */
type Node = { table: string; id: string; document: Document; owners: readonly Root[] };
type Root = Node & { line: bigint; size: number };

/**
 * The records of a table as JSON has them, with all that other tables say of each, in the order of the file. One that
 * becomes too large is told as such, before it is in memory.
 */
export async function* nestedRecords(
  sql: Sql,
  id: string,
  table: (typeof requiredTables)[number],
  nested: Recorded['nested'],
): AsyncGenerator<Read> {
  for (let after = -1n; ; ) {
    const { rows } = await sql.query<Row & { seq: bigint }>(
      `select seq, line, "table", id, size, record from exchange.record
       where import = $1 and place = $2 and seq > $3 order by seq limit $4`,
      [id, table, after, rootsAtOnce],
      'exchange-roots',
    );
    const roots = rows.map(rootOf);
    await new Nesting(sql, id, nested).fill(roots);
    for (const { line, size, document } of roots) {
      const at = { line: Number(line), list: `${table}s` };
      yield size > elementBytesMax
        ? { ...at, read: 'too-large' }
        : { ...at, read: 'record', record: document };
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}

function rootOf({ table, id, line, size, record }: Row): Root {
  const root = { table, id, line, size, document: record, owners: [] as Root[] };
  root.owners.push(root);
  return root;
}

class Nesting {
  readonly sql: Sql;
  readonly id: string;
  readonly nested: Recorded['nested'];

  constructor(sql: Sql, id: string, nested: Recorded['nested']) {
    this.sql = sql;
    this.id = id;
    this.nested = nested;
  }

  /** Level by level: what is in the records, then what is in that. */
  async fill(roots: readonly Root[]): Promise<void> {
    let level: readonly Node[] = roots;
    while (level.length > 0) {
      const [children, references] = [await this.children(level), await this.references(level)];
      level = [...children, ...references];
    }
  }

  async children(level: readonly Node[]): Promise<Node[]> {
    const lists = new Map(level.flatMap((node) => this.listsOf(node)));
    if (lists.size === 0) return [];
    const { rows: sizes } = await this.sql.query<{ place: string; size: bigint }>(
      `select place, sum(size) as size from exchange.record
       where import = $1 and place = any($2::text[]) group by place`,
      [this.id, [...lists.keys()]],
      'exchange-nested-sizes',
    );
    for (const { place, size } of sizes) charge(lists.get(place)?.node, Number(size));
    const kept = sizes.map(({ place }) => place).filter((place) => isKept(lists.get(place)?.node));
    const { rows } = await this.sql.query<Row>(
      `select place, line, "table", id, size, record from exchange.record
       where import = $1 and place = any($2::text[]) order by place, seq`,
      [this.id, kept],
      'exchange-nested',
    );
    return rows.flatMap(({ place, table, id, record: document }) => {
      const list = lists.get(place);
      if (list === undefined) return [];
      const { node, property } = list;
      node.document[property] = [...((node.document[property] as Document[]) ?? []), document];
      return [{ table, id, document, owners: node.owners }];
    });
  }

  /** Lists of a record that have something, by their place. */
  listsOf(node: Node): [string, { node: Node; property: string }][] {
    return (tables.get(node.table)?.children ?? [])
      .filter(({ table }) => node.id !== '' && this.nested.has(`${node.table} ${table}`))
      .map(({ table, property }) => [placeOf(node.table, node.id, table), { node, property }]);
  }

  async references(level: readonly Node[]): Promise<Node[]> {
    const wanted = Map.groupBy(level.flatMap(referencesOf), ({ nested, id }) =>
      JSON.stringify([nested.table, id]),
    );
    const keys = [...wanted.values()].flatMap(([first]) => first ?? []);
    if (keys.length === 0) return [];
    const { rows } = await this.sql.query<Row>(
      `select distinct on (r."table", r.id) r."table", r.id, r.size, r.record
       from unnest($2::text[], $3::text[]) as asked ("table", id)
       join exchange.record r on r.import = $1 and r."table" = asked."table" and r.id = asked.id
       order by r."table", r.id, r.seq`,
      [this.id, keys.map(({ nested }) => nested.table), keys.map(({ id }) => id)],
      'exchange-referred',
    );
    return rows.map(({ table, id, size, record: document }) => {
      const from = wanted.get(JSON.stringify([table, id])) ?? [];
      for (const { node, nested } of from) {
        charge(node, size);
        node.document[nested.property] = document;
      }
      return { table, id, document, owners: from.flatMap(({ node }) => node.owners) };
    });
  }
}

/** What a record names, but for the organization of a service: it is brought by itself. */
const referencesOf = (node: Node): { node: Node; nested: Nested; id: string }[] =>
  (tables.get(node.table)?.references ?? []).flatMap((nested) => {
    const id = node.document[nested.column];
    return typeof id === 'string' && nested.table !== 'organization' && isKept(node)
      ? [{ node, nested, id }]
      : [];
  });

function charge(node: Node | undefined, size: number): void {
  for (const owner of node?.owners ?? []) owner.size += size;
}

const isKept = (node: Node | undefined): boolean =>
  node?.owners.some(({ size }) => size <= elementBytesMax) ?? false;
