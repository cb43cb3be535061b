import type { FindingCode } from '../described.ts';
import { Unreadable } from '../reading/read.ts';
import type { Field, Table } from './tables.ts';

/** What is said of a file of a package, or of a line of it. */
export type FileFinding = {
  readonly file: string;
  readonly line: number | null;
  readonly field: string;
  readonly code: FindingCode;
};

/** Without one of these nothing can be said of what a source has. */
export const requiredTables = ['organization', 'service'] as const;
const isRequiredTable = ({ name }: Table) => requiredTables.some((required) => required === name);

/**
 * Holds the columns of a file against its table. What is missing in organizations or services would be missing in each
 * of their lines: throws Unreadable. A column that the table does not have is left out, and told.
 */
export function checkColumns(
  table: Table,
  file: string,
  columns: readonly string[],
): FileFinding[] {
  const twice = columns.find((name, index) => columns.indexOf(name) < index);
  if (twice !== undefined) throw new Unreadable('not-csv', { file, line: 1, field: twice });
  const missing = table.fields.filter((field) => field.isRequired && !columns.includes(field.name));
  const [first] = missing;
  if (first !== undefined && isRequiredTable(table)) {
    throw new Unreadable('column-missing', { file, line: 1, field: first.name });
  }
  const known = new Set(table.fields.map(({ name }) => name));
  const said = (field: string, code: FindingCode): FileFinding => ({ file, line: 1, field, code });
  return [
    ...missing.map(({ name }) => said(name, 'column-left-out')),
    ...columns.filter((name) => !known.has(name)).map((name) => said(name, 'unknown-column')),
  ].slice(0, 100);
}

/** A record of a table as JSON has it: without empty cells and unknown columns, numbers as numbers. */
export const recordOf = (
  table: Table,
  cells: { readonly [column: string]: unknown },
): { [column: string]: string | number } =>
  Object.fromEntries(
    table.fields.flatMap((field) => {
      const cell = String(cells[field.name] ?? '');
      return cell.trim() === '' ? [] : [[field.name, cellOf(field, cell)]];
    }),
  );

/** What is no number stays as it is: the schema will say so. A spreadsheet of France writes 48,85. */
function cellOf({ type, name }: Field, cell: string): string | number {
  if (type === 'string') return /^id$|_id$/.test(name) ? cell.trim() : cell;
  const number = Number(cell.normalize('NFKC').trim().replace(',', '.'));
  return Number.isFinite(number) ? number : cell;
}
