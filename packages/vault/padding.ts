/**
 * Plaintexts are padded, because the length of a name or a note says something about it. Names, dates and
 * numbers nearly all come in one size of 64 bytes, notes in steps of 512.
 * The end is marked as in ISO/IEC 7816-4: one byte 0x80, then zeros.
 */
const shortStep = 64;
const longStep = 512;

/** The padded text. */
export function pad(plain: Buffer): Buffer {
  const step = plain.length + 1 <= longStep ? shortStep : longStep;
  const padded = Buffer.alloc(Math.ceil((plain.length + 1) / step) * step);
  plain.copy(padded);
  padded[plain.length] = 0x80;
  return padded;
}

/** What was padded. Throws when the end mark is missing. */
export function unpad(padded: Buffer): Buffer {
  const end = padded.lastIndexOf(0x80);
  if (end === -1) throw new Error('the end mark is missing');
  return padded.subarray(0, end);
}
