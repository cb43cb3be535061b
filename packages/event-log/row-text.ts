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
      text += separator + (value === null || value === undefined ? '\\N' : escaped(write(value)));
      separator = '\t';
    }
    text += '\n';
  }
  return text;
}

function writerOf(type: string): (value: unknown) => string {
  if (type === 'json' || type === 'jsonb') return jsonText;
  return type.endsWith('[]') ? (value) => arrayText(value as readonly unknown[]) : plainText;
}

function plainText(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.includes('\u0000') ? text.replaceAll('\u0000', '\ufffd') : text;
}

function jsonText(value: unknown): string {
  const text = JSON.stringify(value);
  // JSON.stringify escapes just these; `\\\\ud800` in a text is an escaped backslash and changes nothing when cleaned.
  return /\\u(0000|d[89a-f])/.test(text) ? JSON.stringify(JSON.parse(text), storable) : text;
}

const storable = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\u0000', '\ufffd') : value;

function arrayText(values: readonly unknown[]): string {
  let text = '{';
  for (const value of values) {
    if (text.length > 1) text += ',';
    text += value === null || value === undefined ? 'NULL' : element(plainText(value));
  }
  return `${text}}`;
}

const element = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** The characters that end a column or a row, and the one that hides them. */
function escaped(text: string): string {
  if (!/[\\\n\r\t]/.test(text)) return text;
  return text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
}
