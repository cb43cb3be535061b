import { pipeline, Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { elementBytesMax, type Read, Unreadable } from './read.ts';

/** How the bytes of a table are meant; what a spreadsheet in France writes by itself is `windows-1252`. */
export type CsvEncoding = 'utf-8' | 'windows-1252' | 'utf-16le';

/**
 * The records of a table by the names of its columns. Comma, semicolon or tab, whichever the first line has most of. A
 * text that was guarded against formulas loses its guard. Throws Unreadable.
 */
export async function* csvRecords(
  bytes: AsyncIterable<Buffer>,
  {
    list = '',
    encoding = 'utf-8',
    columns = [],
  }: {
    readonly list?: string;
    readonly encoding?: CsvEncoding;
    /** Gets their names, before the first record. */
    readonly columns?: string[];
  } = {},
): AsyncGenerator<Read> {
  const texts = decoded(bytes, encoding);
  const first = await texts.next();
  if (first.done) throw new Unreadable('truncated');
  const { delimiter, mark } = delimiterOf(first.value);
  let isHead = true;
  // What goes wrong with the bytes is thrown where the records are taken.
  const parser = pipeline(
    Readable.from(resumed(first.value.slice(mark.length), texts)),
    parse({
      bom: true,
      delimiter,
      info: true,
      max_record_size: elementBytesMax,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    }),
    () => undefined,
  );
  try {
    for await (const { record: cells, info } of parser as AsyncIterable<Parsed>) {
      const at = { line: info.lines + (mark === '' ? 0 : 1), list };
      if (isHead) columns.push(...cells.map(columnName));
      // A cell too many is a separator within a text: what is behind it stands under the wrong names.
      else if (cells.slice(columns.length).some((cell) => cell !== ''))
        yield { ...at, read: 'malformed' };
      else yield { ...at, read: 'record', record: recordOf(columns, cells) };
      isHead = false;
    }
  } catch (error) {
    if (error instanceof CsvError) {
      const { lines: line } = error;
      throw new Unreadable('not-csv', typeof line === 'number' ? { line } : {});
    }
    throw error;
  }
}

/** A column as records name it, however it was typed. */
export const columnName = (name: string): string => name.normalize('NFC').trim();

type Parsed = { readonly record: readonly string[]; readonly info: Info };

async function* decoded(
  bytes: AsyncIterable<Buffer>,
  encoding: CsvEncoding,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const chunk of bytes) {
      const text = decoder.decode(chunk, { stream: true });
      if (text.includes('\0')) throw new Unreadable('wrong-encoding');
      if (text !== '') yield text;
    }
    yield decoder.decode();
  } catch (error) {
    throw error instanceof TypeError ? new Unreadable('wrong-encoding') : error;
  }
}

async function* resumed(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}

/** `mark`: the line `sep=;` that a spreadsheet may put before all others. */
function delimiterOf(text: string): { readonly delimiter: string; readonly mark: string } {
  const [mark = '', said] = /^\uFEFF?"?sep=([,;\t])"?\r?\n/i.exec(text) ?? [];
  if (said !== undefined) return { delimiter: said, mark };
  const [line = ''] = text.split(/\r?\n|\r/, 1);
  const count = (sign: string) => line.split(sign).length;
  const delimiter = [',', ';', '\t'].reduce((most, sign) =>
    count(sign) > count(most) ? sign : most,
  );
  return { delimiter, mark };
}

/** What an export puts before `=`, `+` and their like, so that a spreadsheet takes them for text. */
const guard = /^'(?='*[=+\-@\t\r\uFF0B\uFF0D\uFF1D\uFF20])/;
/** A line may end before its last columns. */
const recordOf = (columns: readonly string[], cells: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    columns
      .slice(0, cells.length)
      .map((column, n) => [column, (cells[n] ?? '').replace(guard, '')]),
  );
