import { createHash } from 'node:crypto';
import type { StartImport } from '@relais/contracts/imports';
import { Day } from '@relais/contracts/values';
import { elementOf } from '../imports/documents.ts';
import type { Document, Format, Found } from '../imports/format.ts';
import { columnName } from '../reading/csv-records.ts';
import { dataInclusion, documentOf } from './format.ts';
import { contactFields } from './read.ts';
import { lengthened, noDescription } from './short-words.ts';

/** Fields that hold several codes: in a cell they stand between commas, semicolons or bars. */
const lists: ReadonlySet<string> = new Set([
  ...['thematiques', 'publics', 'modes_accueil', 'modes_mobilisation', 'mobilisable_par'],
  ...['zone_eligibilite', 'reseaux_porteurs'],
]);
const numbers: ReadonlySet<string> = new Set([
  ...['latitude', 'longitude', 'volume_horaire_hebdomadaire', 'nombre_semaines'],
]);
const contacts: ReadonlySet<string> = new Set(contactFields);
const ofStructure = 'structure.';

/**
 * A table of any columns: each row is a service of a structure, and `mapping` says which column is which field of
 * data·inclusion. Without a mapping a column is the field of its name.
 */
export const table: Format = {
  documents(read, terms) {
    const element = elementOf(read);
    return 'refused' in element ? [element.refused] : rowDocuments(element.given, terms);
  },
  group: dataInclusion.group,
};

type Fields = { [field: string]: unknown };

function rowDocuments(
  record: { readonly [column: string]: unknown },
  { mapping, source }: StartImport,
): Document[] {
  const service: Fields = {};
  const structure: Fields = {};
  const columns = Object.keys(mapping).length > 0 ? Object.entries(mapping) : sameNames(record);
  for (const [field, column] of columns) {
    const cell = String(record[columnName(column)] ?? '').trim();
    const isOfStructure = field.startsWith(ofStructure);
    const name = isOfStructure ? field.slice(ofStructure.length) : field;
    const into = isOfStructure ? structure : service;
    const value = valueIn(name, cell);
    if (value !== undefined) into[name] = value;
  }
  if (typeof service.nom === 'string') {
    service.description ??= noDescription(lengthened(service.nom, 'nom'));
  }
  structure.id ??= service.structure_id ?? identifier(structure.nom);
  service.structure_id = structure.id;
  service.id ??= identifier(structure.id, service.nom);
  for (const each of [structure, service]) each.source = source;
  const structureFound = dated(structure);
  const serviceFound = dated(service);
  const isOnlyStructure = service.nom === undefined && structure.nom !== undefined;
  const own = isOnlyStructure ? [] : [told(documentOf(service, 'services'), serviceFound)];
  const embedded = told(documentOf(structure, 'structures'), structureFound);
  return [...own, { ...embedded, kind: 'embedded' }];
}

const told = (document: Document, found: readonly Found[]): Document => ({
  ...document,
  findings: [...document.findings, ...found],
});

const sameNames = (record: object): [string, string][] =>
  Object.keys(record).map((column) => [column, column]);

/** The schema wants a day. A row that has none gets one that is no day of ours; what is none is told. */
function dated(fields: Fields): Found[] {
  const { date_maj: given } = fields;
  if (Day.safeParse(given).success) return [];
  fields.date_maj = '1800-01-01';
  return given === undefined ? [] : [{ field: 'date_maj', code: 'not-as-schema' }];
}

/** As a spreadsheet in France shows it. */
const frenchDay = /^(\d\d?)[/.-](\d\d?)[/.-](\d{4})$/;
const dayIn = (cell: string): string => {
  const [, day = '', month = '', year = ''] = frenchDay.exec(cell) ?? [];
  return year === ''
    ? cell.slice(0, 10)
    : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
};

function valueIn(field: string, cell: string): unknown {
  // An empty cell says that there is no contact; a column that is not there says nothing.
  if (cell === '') return contacts.has(field) ? null : undefined;
  if (lists.has(field)) {
    return cell
      .split(/[,;|]/)
      .map((code) => code.trim())
      .filter((code) => code !== '');
  }
  if (field === 'date_maj') return dayIn(cell);
  // A spreadsheet takes the first zero of 02100 away.
  if (field === 'code_postal' || field === 'code_insee') return cell.replace(/^\d{4}$/, '0$&');
  return numbers.has(field) ? Number(cell.normalize('NFKC').replace(',', '.')) : cell;
}

/** The same words give the same identifier, so that the next file of the source finds its entries again. */
const identifier = (...words: readonly unknown[]): string | undefined =>
  words.every((word) => typeof word === 'string' && word !== '')
    ? createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 32)
    : undefined;
