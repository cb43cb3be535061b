/** Bytes of one entry or line: more than any honest one has. */
export const elementBytesMax = 1024 * 1024;

/** Where something stands in a file: the line it begins on, and the list or table it is in. */
export type At = { readonly line: number; readonly list: string };

/** One entry as it stands in a file, or why it cannot be one. */
export type Read =
  | (At & { readonly read: 'bytes'; readonly bytes: Buffer })
  | (At & { readonly read: 'record'; readonly record: { readonly [column: string]: unknown } })
  | (At & { readonly read: 'too-large' | 'not-an-entry' | 'malformed' });

/** Why nothing of a file can be used. */
export type UnreadableCode =
  | 'not-json'
  | 'truncated'
  | 'wrong-checksum'
  | 'empty'
  | 'wrong-encoding'
  | 'not-csv'
  | 'column-missing'
  | 'not-zip'
  | 'zip-too-large'
  | 'zip-encrypted'
  | 'zip-unsafe-name'
  | 'file-listed-twice'
  | 'table-missing';

/** In which file of a package, and where in it. */
export type Place = { readonly file?: string; readonly line?: number; readonly field?: string };

/** The whole file is refused: what it says about things that are no longer there cannot be relied on. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly code: UnreadableCode;
  readonly place: Place;

  constructor(code: UnreadableCode, place: Place = {}) {
    super(code);
    this.code = code;
    this.place = place;
  }
}
