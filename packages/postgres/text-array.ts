const textOid = 25;
const headBytes = 12;
const boundsBytes = 8;
const lengthBytes = 4;

/**
 * A `text[]` as PostgreSQL receives it in binary (`array_recv`): long texts, such as JSON with its many quotes, are
 * neither escaped here nor parsed there.
 */
export function textArray(values: readonly (string | null)[]): Buffer {
  const lengths = values.map((value) => (value === null ? 0 : Buffer.byteLength(value)));
  const dimensions = values.length === 0 ? 0 : 1;
  const bytes = lengths.reduce((sum, length) => sum + lengthBytes + length, 0);
  const array = Buffer.allocUnsafe(headBytes + dimensions * boundsBytes + bytes);
  let at = array.writeInt32BE(dimensions);
  at = array.writeInt32BE(values.includes(null) ? 1 : 0, at);
  at = array.writeInt32BE(textOid, at);
  if (dimensions === 0) return array;
  at = array.writeInt32BE(values.length, at);
  at = array.writeInt32BE(1, at);
  for (const [index, value] of values.entries()) {
    at = array.writeInt32BE(value === null ? -1 : (lengths[index] ?? 0), at);
    if (value !== null) at += array.write(value, at);
  }
  return array;
}
