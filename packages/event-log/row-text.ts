/** A row with the names of its columns. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Rows as the text format of COPY has them (PostgreSQL, COPY, "Text Format"), without the characters that PostgreSQL
 * cannot store (NUL, halves of surrogate pairs), which become U+FFFD. `columns` are names with types.
 */
export function rowsAsText(rows: readonly Row[], columns: ReadonlyMap<string, string>): string {
  const writers = [...columns].map(([name, type]) => ({ name, write: writerOf(type) }));
  let text = '';
  for (const row of rows) {
    let separator = '';
    for (const { name, write } of writers) {
      const value = row[name];
      text += separator;
      text += value === null || value === undefined ? '\\N' : write(value);
      separator = '\t';
    }
    text += '\n';
  }
  return text;
}

type Writer = (value: unknown) => string;

function writerOf(type: string): Writer {
  if (type === 'json' || type === 'jsonb') return jsonText;
  return type.endsWith('[]') ? arrayText : plainText;
}

// A replay writes millions of values, and hardly any has a character that means something: each is looked at once.

function plainText(value: unknown): string {
  if (typeof value === 'string') return special.test(value) ? escaped(storable(value)) : value;
  return typeof value === 'object' ? jsonText(value) : String(value);
}
const special = /[\0\\\n\r\t]/;

function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  // It has neither line ends nor tabs of its own.
  if (!text.includes('\\')) return text;
  // JSON.stringify escapes just these; `\\\\ud800` in a text is an escaped backslash and changes nothing when cleaned.
  const isStorable = !/\\u(0000|d[89a-f])/.test(text);
  return escaped(isStorable ? text : JSON.stringify(JSON.parse(text), storableIn));
}

const storableIn = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? storable(value.toWellFormed()) : value;

const storable = (text: string): string => text.replaceAll('\u0000', '\ufffd');

function arrayText(value: unknown): string {
  let text = '{';
  for (const element of value as readonly unknown[]) {
    if (text.length > 1) text += ',';
    text += element === null || element === undefined ? 'NULL' : elementText(element);
  }
  return `${text}}`;
}

function elementText(element: unknown): string {
  const text = typeof element === 'object' ? JSON.stringify(element) : String(element);
  if (!specialInArray.test(text)) return `"${text}"`;
  return escaped(`"${storable(text).replace(/["\\]/g, '\\$&')}"`);
}
const specialInArray = /["\0\\\n\r\t]/;

/** The characters that end a column or a row, and the one that hides them. */
const escaped = (text: string): string =>
  text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
