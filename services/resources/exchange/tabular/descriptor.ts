import { type Field, foreignKeysOf, type Table } from './tables.ts';

/** `datapackage.json`: which tables a package has, what their columns mean, and how they are joined (Data Package v1). */
export function descriptorOf(given: readonly Table[], created: Date): object {
  const names = new Set(given.map(({ name }) => name));
  return {
    name: 'human_services_data',
    title: 'Relais: directory of services',
    description: 'Organizations, the services that they provide and where, as HSDS 3.0 has them.',
    profile: 'tabular-data-package',
    version: '3.0.0',
    homepage: 'http://docs.openreferral.org',
    created: created.toISOString(),
    resources: given.map((table) => ({
      name: table.name,
      path: table.path,
      description: table.description,
      format: 'csv',
      mediatype: 'text/csv',
      encoding: 'utf-8',
      profile: 'tabular-data-resource',
      schema: {
        primaryKey: 'id',
        fields: table.fields.map(fieldOf),
        ...foreignKeys(table, names),
      },
    })),
  };
}

/** None is not an empty list. */
function foreignKeys(table: Table, names: ReadonlySet<string>) {
  const keys = foreignKeysOf(table).filter(({ table: resource }) => names.has(resource));
  return (
    keys.length > 0 && {
      foreignKeys: keys.map(({ column: fields, table: resource }) => ({
        ...{ fields, reference: { resource, fields: 'id' } },
      })),
    }
  );
}

const fieldOf = ({ name, type, format, description, isRequired, isUnique, values }: Field) => ({
  ...{ name, type },
  ...(description !== undefined && { description }),
  // Data Package knows no format `date-time`.
  ...(format !== undefined && format !== 'date-time' && { format }),
  constraints: {
    ...{ required: isRequired, unique: isUnique },
    ...(values !== undefined && { enum: values }),
  },
});
