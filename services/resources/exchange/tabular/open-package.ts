import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import {
  type Entry,
  fromRandomAccessReaderPromise,
  getFileNameLowLevel,
  RandomAccessReader,
  validateFileName,
  type ZipFile,
} from 'yauzl';
import { Unreadable } from '../reading/read.ts';
import { type Table, tableOfFile } from './tables.ts';

/** More than a directory of 100,000 services has, unpacked. */
export const unpackedBytesMax = 2 * 1024 ** 3;
export const filesMax = 200;
/** Tables pack to a tenth; what packs to a hundredth is no table. Small files may. */
const ratioMax = 100;
const ratioFreeBytes = 16 * 1024 ** 2;

export type PackageFile = {
  readonly table: Table;
  /** As the package names it. */
  readonly file: string;
  readonly size: number;
  /** Its bytes, once. Throws Unreadable where they are not what the package says of them. */
  readonly bytes: () => AsyncGenerator<Buffer>;
};
export type Package = {
  readonly files: readonly PackageFile[];
  /** What is no table of the format. */
  readonly unknown: readonly string[];
};

/** Bytes of a file from one place to another. */
export type BytesBetween = (from: number, to: number) => AsyncGenerator<Buffer>;

/**
 * The tables in a zip. Nothing is unpacked before sizes, names and encryption of all its files are found to be in
 * order; no name of a file is ever used as a path. Throws Unreadable, which names the file.
 */
export async function openPackage(bytes: BytesBetween, size: number): Promise<Package> {
  const failed: { error?: unknown } = {};
  const reader = new StoredBytes(bytes, failed);
  const zip = await readable(failed, () =>
    // Names are decoded below: the library would stop at one that it finds unsafe, and not say which.
    fromRandomAccessReaderPromise(reader, size, { autoClose: false, decodeStrings: false }),
  );
  const entries = await readable(failed, () => entriesOf(zip));
  const known = entries.flatMap(({ entry, file }) => {
    const table = tableOfFile(baseName(file));
    return table === undefined ? [] : [{ table, entry, file }];
  });
  const twice = known.find(({ table }, index) =>
    known.slice(0, index).some((earlier) => earlier.table === table),
  );
  if (twice !== undefined) throw new Unreadable('file-listed-twice', { file: twice.file });
  const unknown = entries.map(({ file }) => file).filter((file) => !isExpected(baseName(file)));
  return {
    files: known.map(({ table, entry, file }) => ({
      ...{ table, file, size: entry.uncompressedSize },
      bytes: () => unpacked(zip, { entry, file }, failed),
    })),
    unknown,
  };
}

const isExpected = (name: string): boolean =>
  name === 'datapackage.json' || tableOfFile(name) !== undefined;

/** Packages are often made of a folder: its name says nothing. */
const baseName = (name: string): string => name.split('/').at(-1) ?? '';

type Named = { readonly entry: Entry; readonly file: string };

async function entriesOf(zip: ZipFile): Promise<Named[]> {
  if (zip.entryCount > filesMax) throw new Unreadable('zip-too-large');
  const entries: Named[] = [];
  let unpackedBytes = 0;
  for await (const entry of zip.eachEntry()) {
    const { uncompressedSize: size, compressedSize, generalPurposeBitFlag: flags } = entry;
    const file = getFileNameLowLevel(flags, entry.fileNameRaw, entry.extraFields, false);
    if (validateFileName(file) !== null) throw new Unreadable('zip-unsafe-name', { file });
    unpackedBytes += size;
    const isTooDense = size > ratioFreeBytes && size > compressedSize * ratioMax;
    if (entries.length >= filesMax || unpackedBytes > unpackedBytesMax || isTooDense) {
      throw new Unreadable('zip-too-large', { file });
    }
    if (entry.isEncrypted()) throw new Unreadable('zip-encrypted', { file });
    if (!entry.canDecodeFileData()) throw new Unreadable('not-zip', { file });
    if (!file.endsWith('/')) entries.push({ entry, file });
  }
  return entries;
}

async function* unpacked(
  zip: ZipFile,
  { entry, file }: Named,
  failed: { readonly error?: unknown },
): AsyncGenerator<Buffer> {
  let sum = 0;
  const stream = await readable(failed, () => zip.openReadStreamPromise(entry), file);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } catch (error) {
    throw failed.error ?? unreadable(error, file);
  }
  if (sum !== entry.crc32) throw new Unreadable('not-zip', { file });
}

/** The library says of what is broken that it is; what went wrong while reading is not the file's fault. */
async function readable<Result>(
  failed: { readonly error?: unknown },
  read: () => Promise<Result>,
  file?: string,
): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw failed.error ?? unreadable(error, file);
  }
}

function unreadable(error: unknown, file: string | undefined): Unreadable {
  if (error instanceof Unreadable) return error;
  const isEncrypted = error instanceof Error && error.message.includes('encryption');
  return new Unreadable(
    isEncrypted ? 'zip-encrypted' : 'not-zip',
    file === undefined ? {} : { file },
  );
}

/** An upload as the library reads it, and what went wrong in reading it. */
class StoredBytes extends RandomAccessReader {
  readonly bytes: BytesBetween;
  readonly failed: { error?: unknown };

  constructor(bytes: BytesBetween, failed: { error?: unknown }) {
    super();
    this.bytes = bytes;
    this.failed = failed;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.noting(this.bytes(start, end)));
  }

  async *noting(bytes: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
    try {
      yield* bytes;
    } catch (error) {
      this.failed.error = error;
      throw error;
    }
  }
}
