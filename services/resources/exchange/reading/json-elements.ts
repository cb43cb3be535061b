import { elementBytesMax, type Read, Unreadable } from './read.ts';

/** Lists of a document that hold entries; HSDS's pages have `contents`. */
const lists: ReadonlySet<string> = new Set([
  'structures',
  'services',
  'organizations',
  'locations',
  'contents',
  'data',
]);

/**
 * The entries of a JSON document as they stand, each with the line it begins on: the items of a list, of the lists in an
 * object ({"structures": […], "services": […]}), or objects one after another (NDJSON). One entry is in memory at a
 * time, and one that is broken or too large does not hide those after it. Splitting knows of texts and nesting only;
 * whether an entry is good JSON, its parser says. Throws Unreadable.
 */
export async function* jsonElements(bytes: AsyncIterable<Buffer>): AsyncGenerator<Read> {
  const splitter = new Splitter();
  for await (const chunk of bytes) yield* splitter.feed(chunk);
  splitter.end();
}

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const isOpening = (code: number) => code === 0x7b || code === 0x5b;
const isClosing = (code: number) => code === 0x7d || code === 0x5d;
const isObject = (code: number) => code === 0x7b;

/**
 * `object`: at the top, an entry unless a list of entries turns up in it; then it is their `container`. `skipped`: what
 * stands where an entry should.
 */
type Mode = 'top' | 'object' | 'container' | 'list' | 'entry' | 'skipped';

class Splitter {
  mode: Mode = 'top';
  depth = 0;
  /** Depth at which the present entry, or what is skipped, began. */
  base = 0;
  line = 1;
  list = '';
  inText = false;
  escaped = false;
  /** Of an object at the top: the text before the present place, and whether it has an identifier of its own. */
  text = '';
  hasId = false;
  started = 1;
  pieces: Buffer[] = [];
  size = 0;
  seen = 0;
  /** Where, in the present chunk, what is kept of it begins. */
  from = 0;

  *feed(chunk: Buffer): Generator<Read> {
    if (this.seen === 0) checkEncoding(chunk);
    this.from = 0;
    for (let at = this.seen === 0 && hasMark(chunk) ? 3 : 0; at < chunk.length; at++) {
      const read = this.take(chunk, at);
      if (read !== undefined) yield read;
    }
    if (this.isBuffering()) this.keep(chunk.subarray(this.from));
    this.seen += chunk.length;
  }

  take(chunk: Buffer, at: number): Read | undefined {
    const code = chunk[at] ?? 0;
    if (code === 0x0a) this.line++;
    if (this.inText) this.textGoesOn(code);
    else if (isClosing(code)) return this.ends(chunk, at);
    else if (code > 0x20 && code !== comma && code !== colon) return this.starts(code, at);
    return undefined;
  }

  starts(code: number, at: number): Read | undefined {
    const stray = this.begins(code);
    if (isOpening(code)) {
      if (this.depth === this.base && this.isBuffering()) this.from = at;
      this.depth++;
    }
    return stray;
  }

  ends(chunk: Buffer, at: number): Read | undefined {
    this.depth--;
    if (this.isBuffering() && this.depth === this.base) {
      this.keep(chunk.subarray(this.from, at + 1));
      return this.whole();
    }
    this.closes();
    return undefined;
  }

  /** Throws Unreadable when the document ends before it is complete. */
  end(): void {
    if (this.mode !== 'top' || this.inText || this.seen === 0) throw new Unreadable('truncated');
  }

  isBuffering(): boolean {
    return this.mode === 'object' || this.mode === 'entry';
  }

  textGoesOn(code: number): void {
    if (this.escaped) this.escaped = false;
    else if (code === backslash) this.escaped = true;
    else if (code === quote) {
      this.inText = false;
      if (this.depth === 1 && this.text === 'id') this.hasId = true;
    } else if (this.depth === 1 && this.text.length < 32) this.text += String.fromCharCode(code);
  }

  /** Something begins; what it is depends on where. */
  begins(code: number): Read | undefined {
    if (code === quote) {
      this.inText = true;
      if (this.depth === 1) this.text = '';
    }
    if (this.mode === 'top') this.documentBegins(code);
    else if (this.mode === 'list') return this.itemBegins(code);
    else if (this.mode === 'object' || this.mode === 'container') this.listBegins(code);
    return undefined;
  }

  documentBegins(code: number): void {
    if (!isOpening(code)) throw new Unreadable('not-json');
    this.list = '';
    this.hasId = false;
    if (isObject(code)) this.entryBegins('object');
    else this.mode = 'list';
  }

  itemBegins(code: number): Read | undefined {
    if (isObject(code)) this.entryBegins('entry');
    else if (isOpening(code)) {
      this.mode = 'skipped';
      this.base = this.depth;
    } else if (code !== quote && !/[tfn\d-]/.test(String.fromCharCode(code))) return undefined;
    if (this.mode === 'entry') return undefined;
    return { read: 'not-an-entry', line: this.line, list: this.list };
  }

  listBegins(code: number): void {
    if (code !== 0x5b || this.depth !== 1 || this.hasId || !lists.has(this.text)) return;
    this.mode = 'list';
    this.list = this.text;
    this.pieces = [];
  }

  entryBegins(mode: 'object' | 'entry'): void {
    this.mode = mode;
    this.base = this.depth;
    this.started = this.line;
    this.pieces = [];
    this.size = 0;
  }

  closes(): void {
    if (this.depth < 0) throw new Unreadable('not-json');
    if (this.mode === 'skipped' && this.depth === this.base) this.mode = 'list';
    else if (this.depth === 0) this.mode = 'top';
    else if (this.mode === 'list' && this.depth === 1) this.mode = 'container';
  }

  keep(piece: Buffer): void {
    this.size += piece.length;
    // A copy, so that the rest of the chunk is not held on to.
    if (this.size <= elementBytesMax) this.pieces.push(Buffer.from(piece));
    else this.pieces = [];
  }

  whole(): Read {
    const at = { line: this.started, list: this.list };
    const bytes = Buffer.concat(this.pieces);
    this.pieces = [];
    this.mode = this.depth === 0 ? 'top' : 'list';
    return this.size > elementBytesMax
      ? { ...at, read: 'too-large' }
      : { ...at, read: 'bytes', bytes };
  }
}

const hasMark = (chunk: Buffer): boolean =>
  chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf;

/** UTF-16 has a mark of its own, or every second byte is zero. */
function checkEncoding(chunk: Buffer): void {
  const [first, second] = chunk;
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (isUtf16 || first === 0 || second === 0) throw new Unreadable('wrong-encoding');
}
