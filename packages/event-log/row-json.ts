/**
 * Rows as the text of a JSON array, for json_populate_recordset: bigint as digits, and without the characters
 * that PostgreSQL cannot store (NUL, halves of surrogate pairs), which become U+FFFD.
 */
export function rowsAsJson(
  rows: readonly Record<string, unknown>[],
  columns: readonly string[],
): string {
  const text = JSON.stringify(
    rows.map((row) => {
      const plain: Record<string, unknown> = {};
      for (const column of columns) {
        const value = row[column];
        plain[column] = typeof value === 'bigint' ? value.toString() : value;
      }
      return plain;
    }),
  );
  // JSON.stringify escapes just these; `\\\\ud800` in a text is an escaped backslash and changes nothing when cleaned.
  return /\\u(0000|d[89a-f])/.test(text) ? JSON.stringify(JSON.parse(text), storable) : text;
}

const storable = (_: string, value: unknown): unknown =>
  typeof value === 'string' ? value.toWellFormed().replaceAll('\u0000', '\ufffd') : value;
