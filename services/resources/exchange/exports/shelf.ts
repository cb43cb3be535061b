import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';

/** How long one and the same file is given out. */
const freshMs = 60_000;

const chunkBytes = 64 * 1024;

/** A file that is being made or given out; it has no name any more, and goes when it is closed. */
type Made = { readonly handle: FileHandle; readonly size: number; readonly at: number };

/**
 * Keeps one file that is costly to make and gives it to whoever asks, for a minute: however many ask, it is made once
 * at a time, and however slowly they read, nothing of the database waits for them.
 */
export class Shelf {
  readonly make: (place: { folder: string; file: string }) => Promise<void>;
  readonly readers = new Map<FileHandle, number>();
  latest: Promise<Made> | undefined;

  constructor(make: Shelf['make']) {
    this.make = make;
  }

  /** The file as it was at most a minute ago. */
  async read(): Promise<{ readonly bytes: Readable; readonly size: number }> {
    const { handle, size } = await this.fresh();
    this.readers.set(handle, (this.readers.get(handle) ?? 0) + 1);
    const bytes = Readable.from(chunksOf(handle, size), { objectMode: false });
    bytes.once('close', () => {
      this.readers.set(handle, (this.readers.get(handle) ?? 1) - 1);
      void this.forget(handle);
    });
    return { bytes, size };
  }

  /** Closes what nobody reads. */
  async close(): Promise<void> {
    const made = await this.latest?.catch(() => undefined);
    this.latest = undefined;
    if (made !== undefined) await this.forget(made.handle);
  }

  async fresh(): Promise<Made> {
    const before = this.latest;
    const made = await before?.catch(() => undefined);
    if (made !== undefined && performance.now() - made.at < freshMs) return made;
    // Somebody else may have begun meanwhile.
    if (this.latest !== before) return this.fresh();
    const next = this.making();
    this.latest = next;
    if (made !== undefined) await this.forget(made.handle);
    return next;
  }

  async making(): Promise<Made> {
    const folder = await mkdtemp(join(tmpdir(), 'relais-export-'));
    try {
      const file = join(folder, 'package');
      await this.make({ folder, file });
      const handle = await open(file);
      const { size } = await handle.stat();
      return { handle, size, at: performance.now() };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async forget(handle: FileHandle): Promise<void> {
    const latest = await this.latest?.catch(() => undefined);
    if (handle === latest?.handle || (this.readers.get(handle) ?? 0) > 0) return;
    this.readers.delete(handle);
    await handle.close();
  }
}

/** Not the handle's own stream: that closes the handle under the others when its reader breaks off. */
async function* chunksOf(handle: FileHandle, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const buffer = Buffer.allocUnsafe(Math.min(chunkBytes, size - at));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) throw new Error('the file of an export is shorter than it was');
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
