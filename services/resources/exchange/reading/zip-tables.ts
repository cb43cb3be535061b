import { PassThrough, Readable } from 'node:stream';
import { type Entry, fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl';
import { Unreadable } from './read.ts';

/** Unpacked, all together: a bomb says or shows that it is more. */
const unpackedBytesMax = 2 * 1024 ** 3;
const entriesMax = 100;

/** Bytes that can be read from anywhere. */
export type RandomAccess = {
  readonly size: number;
  range(from: number, to: number): AsyncIterable<Buffer>;
};

/** One file of a package: its name without folders, and its bytes, to be read before the next file is asked for. */
export type PackedFile = { readonly name: string; readonly bytes: AsyncIterable<Buffer> };

/** The files of a ZIP package in their order. Folders, links and encrypted files are none. Throws Unreadable. */
export async function* packedFiles(zip: RandomAccess): AsyncGenerator<PackedFile> {
  const file = await opened(zip);
  if (file.entryCount > entriesMax) throw new Unreadable('zip-too-large');
  let left = unpackedBytesMax;
  try {
    for await (const entry of entriesOf(file)) {
      left -= entry.uncompressedSize;
      if (left < 0) throw new Unreadable('zip-too-large');
      if (entry.fileName.endsWith('/') || entry.isEncrypted()) continue;
      const name = entry.fileName.split('/').at(-1) ?? '';
      yield { name, bytes: bytesOf(file, entry) };
    }
  } finally {
    file.close();
  }
}

const opened = (zip: RandomAccess): Promise<ZipFile> =>
  new Promise((resolve, reject) => {
    fromRandomAccessReader(
      new Ranges(zip),
      zip.size,
      // What an entry unpacks to is held against what it declares, while it unpacks.
      { lazyEntries: true, validateEntrySizes: true, autoClose: false, strictFileNames: false },
      (error, file) => (error ? reject(new Unreadable('not-zip')) : resolve(file)),
    );
  });

async function* entriesOf(file: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      const over = (): void => resolve(undefined);
      const failed = (): void => reject(new Unreadable('not-zip'));
      file.once('end', over);
      file.once('error', failed);
      file.once('entry', (next: Entry) => {
        file.off('end', over);
        file.off('error', failed);
        resolve(next);
      });
      file.readEntry();
    });
    if (entry === undefined) return;
    yield entry;
  }
}

async function* bytesOf(file: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    file.openReadStream(entry, (error, opened) =>
      error ? reject(new Unreadable('not-zip')) : resolve(opened),
    );
  });
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw error instanceof Unreadable ? error : new Unreadable('not-zip');
  }
}

class Ranges extends RandomAccessReader {
  readonly #zip: RandomAccess;

  constructor(zip: RandomAccess) {
    super();
    this.#zip = zip;
  }

  override _readStreamForRange(from: number, to: number): PassThrough {
    const stream = new PassThrough();
    Readable.from(this.#zip.range(from, to))
      .on('error', (error) => stream.destroy(error))
      .pipe(stream);
    return stream;
  }
}
