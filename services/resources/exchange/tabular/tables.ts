import { readdirSync, readFileSync } from 'node:fs';

/** A column of a table. */
export type Field = {
  readonly name: string;
  readonly type: 'string' | 'number';
  readonly format?: string;
  readonly description?: string;
  readonly isRequired: boolean;
  readonly isUnique: boolean;
  readonly values?: readonly string[];
};

/** A table of HSDS's tabular package, and what its JSON nests in one of its records. */
export type Table = {
  readonly name: string;
  /** Name of its file. */
  readonly path: string;
  readonly description: string;
  readonly fields: readonly Field[];
  /** Lists in JSON: records of other tables that name this one in `column`. */
  readonly children: readonly Nested[];
  /** Objects in JSON: the record of another table that `column` of this one names. */
  readonly references: readonly Nested[];
};
export type Nested = {
  readonly property: string;
  readonly table: string;
  readonly column: string;
};

/** Of an attribute: the table of what it is about is another column. */
export const linkColumn = 'link_id';

/** The tables by name, in the order of the published package: as the published schemas have them. */
export const tables: ReadonlyMap<string, Table> = new Map(
  readSchemas()
    .sort((one, other) => one.datapackage_metadata.order - other.datapackage_metadata.order)
    .map((schema) => [schema.name, tableOf(schema)]),
);

/** The table that a file holds, by its name in the package; `service.csv` is taken for `services.csv`. */
export const tableOfFile = (file: string): Table | undefined =>
  [...tables.values()].find(({ name, path }) => file === path || file === `${name}.csv`);

/** Columns that name a record of another table, with this table's name. */
export const foreignKeysOf = ({ fields }: Table): { column: string; table: string }[] =>
  fields.flatMap(({ name: column }) => {
    const table = column.replace(/_id$/, '');
    return column !== table && tables.has(table) ? [{ column, table }] : [];
  });

type Property = {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly constraints?: { readonly unique?: boolean };
  readonly enum?: readonly string[];
  readonly items?: { readonly $ref: string };
  readonly $ref?: string;
};
type Schema = {
  readonly name: string;
  readonly path: string;
  readonly description: string;
  readonly datapackage_metadata: { readonly order: number };
  readonly properties: { readonly [name: string]: Property };
  readonly required?: readonly string[];
  readonly tabular_required?: readonly string[];
};

function readSchemas(): Schema[] {
  const folder = new URL('../schemas/hsds/', import.meta.url);
  return readdirSync(folder).map(
    (file) => JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Schema,
  );
}

function tableOf(schema: Schema): Table {
  const required = new Set([...(schema.required ?? []), ...(schema.tabular_required ?? [])]);
  const properties = Object.entries(schema.properties);
  const tableNamed = (ref: string) => ref.replace(/\.json$/, '');
  return {
    name: schema.name,
    path: schema.path,
    description: schema.description,
    fields: properties
      .filter(([, { type }]) => type === 'string' || type === 'number')
      .map(([name, { type, format, description, constraints, enum: values }]) => ({
        ...{ name, type: type as 'string' | 'number' },
        ...(format !== undefined && { format }),
        ...(description !== undefined && { description }),
        ...{ isRequired: required.has(name), isUnique: constraints?.unique ?? false },
        ...(values !== undefined && { values }),
      })),
    children: properties.flatMap(([property, { items }]) => {
      // A record of changes: nothing here reads or writes it.
      if (items === undefined || property === 'metadata') return [];
      const table = tableNamed(items.$ref);
      return [
        { property, table, column: table === 'attribute' ? linkColumn : `${schema.name}_id` },
      ];
    }),
    references: properties.flatMap(([property, { $ref }]) => {
      if ($ref === undefined) return [];
      const table = tableNamed($ref);
      return [{ property, table, column: `${table}_id` }];
    }),
  };
}
