import { linkColumn, type Table, tables } from './tables.ts';

type Document = { readonly [property: string]: unknown };
type Row = { readonly [column: string]: unknown };

/** One record of one table. */
export type TableRow = { readonly table: Table; readonly row: Row };

/**
 * The rows of a document of HSDS and of the lists in it. What it refers to is named, and brought by itself. A row that
 * lacks what its table requires would make the package invalid: it is left out, with the rows in it.
 */
export function* rowsOf(name: string, document: Document, keys: Row = {}): Generator<TableRow> {
  const table = tables.get(name);
  if (table === undefined) throw new Error(`HSDS has no table ${name}`);
  const named = table.references.flatMap(({ property, column }) => {
    const referred = document[property] as { readonly id?: string } | undefined;
    return referred?.id === undefined ? [] : [[column, referred.id]];
  });
  const row = complete(name, { ...document, ...Object.fromEntries(named), ...keys });
  if (table.fields.some((field) => field.isRequired && isEmpty(row[field.name]))) return;
  yield { table, row };
  for (const { property, table: child, column } of table.children) {
    const own = column === linkColumn ? {} : { [column]: document.id };
    for (const one of (document[property] as Document[] | undefined) ?? []) {
      yield* rowsOf(child, one, own);
    }
  }
}

/** A table wants more than JSON does. What stands in is recognised when it is read. */
function complete(table: string, row: Row): Row {
  if (table === 'organization' && isEmpty(row.description))
    return { ...row, description: row.name };
  if (table === 'address' && isEmpty(row.address_1)) return { ...row, address_1: row.city };
  return row;
}

const isEmpty = (cell: unknown): boolean => cell === undefined || cell === null || cell === '';

/** What a spreadsheet would take for a formula; a guard that the text itself begins with is kept by another. */
const formula = /^'*[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20]/;

/** A line of CSV (RFC 4180). Texts that a spreadsheet would calculate begin with `'`, as it writes them itself. */
export const lineOf = ({ fields }: Table, row: Row): string =>
  `${fields.map(({ name, type }) => cellOf(row[name], type === 'string')).join(',')}\r\n`;

export const headerOf = ({ fields }: Table): string =>
  `${fields.map(({ name }) => name).join(',')}\r\n`;

function cellOf(value: unknown, isText: boolean): string {
  if (isEmpty(value)) return '';
  const text = String(value);
  const safe = isText && formula.test(text) ? `'${text}` : text;
  return /["\r\n,;]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
