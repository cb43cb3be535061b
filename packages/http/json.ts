import { isUtf8 } from 'node:buffer';
import type { Text } from '@relais/contracts/problems';
import { isVisible } from '@relais/contracts/values';
import { HttpProblem } from './problem.ts';

export const nestingMax = 32;

const defects = {
  encoding: { en: 'The body is not UTF-8.', fr: 'Le corps n’est pas de l’UTF-8.' },
  'byte-order-mark': {
    en: 'The body begins with a byte order mark.',
    fr: 'Le corps commence par une marque d’ordre des octets.',
  },
  syntax: { en: 'This is not JSON.', fr: 'Ceci n’est pas du JSON.' },
  'duplicate-key': { en: 'The key is there twice.', fr: 'La clé figure deux fois.' },
  'forbidden-key': { en: 'This key is not allowed.', fr: 'Cette clé n’est pas permise.' },
  'number-out-of-range': { en: 'The number is too large.', fr: 'Le nombre est trop grand.' },
  'lone-surrogate': {
    en: 'The text holds half a character (a lone surrogate).',
    fr: 'Le texte contient une moitié de caractère (demi-codet isolé).',
  },
  'nul-character': {
    en: 'The text holds the character U+0000.',
    fr: 'Le texte contient le caractère U+0000.',
  },
  'invisible-text': {
    en: 'Nothing of the text can be seen: it holds nothing but direction marks, joiners or fillers. Leave it out, or write what is meant.',
    fr: 'Rien de ce texte ne se voit : il ne contient que des marques de direction, des liants ou du remplissage. Laissez-le vide, ou écrivez ce qui est voulu.',
  },
  'too-deep': {
    en: `Objects and arrays may be nested ${nestingMax} deep.`,
    fr: `Objets et listes s’emboîtent sur ${nestingMax} niveaux au plus.`,
  },
} satisfies Record<string, Text>;
type Defect = keyof typeof defects;

const quote = 0x22;
const backslash = 0x5c;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const space = /[ \t\n\r]*/y;
const forbidden = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * JSON (RFC 8259) as a partner means it, in one pass: JSON.parse would keep the last of two equal keys, turn 1e400
 * into Infinity and pass on what PostgreSQL cannot store. Texts come out in Unicode normal form C, so that a name
 * typed on a Mac equals the same name typed elsewhere. Throws HttpProblem `malformed-json` with a pointer.
 */
export function parseJson(body: Buffer): unknown {
  if (!isUtf8(body)) fail('encoding', []);
  const reader = new Reader(body.toString());
  if (reader.text.charCodeAt(0) === 0xfeff) fail('byte-order-mark', []);
  const value = reader.value();
  reader.skipSpace();
  if (reader.at !== reader.text.length) fail('syntax', []);
  return value;
}

/**
 * A text is kept only if it is well-formed, PostgreSQL can store it, and what it holds can be seen (white space alone
 * may separate something); `undefined` where all is well.
 */
function textDefect(text: string): Defect | undefined {
  if (!text.isWellFormed()) return 'lone-surrogate';
  if (text.includes('\0')) return 'nul-character';
  return /\S/u.test(text) && !isVisible(text) ? 'invisible-text' : undefined;
}

/** RFC 6901 §3. Keys are the caller's own words: cut, so that an answer does not carry a book. */
export const jsonPointer = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => `/${String(key).slice(0, 64).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');

class Reader {
  readonly text: string;
  at = 0;
  readonly path: (string | number)[] = [];

  constructor(text: string) {
    this.text = text;
  }

  value(): unknown {
    this.skipSpace();
    switch (this.text.charCodeAt(this.at)) {
      case quote:
        return this.string();
      case 0x7b:
        return this.object();
      case 0x5b:
        return this.array();
      case 0x74:
        return this.word('true', true);
      case 0x66:
        return this.word('false', false);
      case 0x6e:
        return this.word('null', null);
      default:
        return this.number();
    }
  }

  object(): object {
    const object: Record<string, unknown> = {};
    const depth = this.enter();
    if (this.take(0x7d)) return object;
    do {
      this.skipSpace();
      this.path.length = depth;
      const key = this.string();
      this.path.push(key);
      if (forbidden.has(key)) fail('forbidden-key', this.path);
      if (Object.hasOwn(object, key)) fail('duplicate-key', this.path);
      if (!this.take(0x3a)) fail('syntax', this.path);
      object[key] = this.value();
    } while (this.take(0x2c));
    this.path.length = depth;
    if (!this.take(0x7d)) fail('syntax', this.path);
    return object;
  }

  array(): unknown[] {
    const array: unknown[] = [];
    const depth = this.enter();
    if (this.take(0x5d)) return array;
    do {
      this.path.length = depth;
      this.path.push(array.length);
      array.push(this.value());
    } while (this.take(0x2c));
    this.path.length = depth;
    if (!this.take(0x5d)) fail('syntax', this.path);
    return array;
  }

  string(): string {
    const start = this.at;
    if (this.text.charCodeAt(start) !== quote) fail('syntax', this.path);
    let plain = true;
    for (let at = start + 1; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === quote) {
        this.at = at + 1;
        return plain ? this.text.slice(start + 1, at) : this.decoded(start, at + 1);
      }
      if (code < 0x20) fail('syntax', this.path);
      if (code > 0x7e || code === backslash) plain = false;
      if (code === backslash) at++;
    }
    return fail('syntax', this.path);
  }

  decoded(start: number, end: number): string {
    let decoded: string;
    try {
      decoded = JSON.parse(this.text.slice(start, end)) as string;
    } catch {
      return fail('syntax', this.path);
    }
    const defect = textDefect(decoded);
    return defect === undefined ? decoded.normalize('NFC') : fail(defect, this.path);
  }

  number(): number {
    number.lastIndex = this.at;
    const digits = number.exec(this.text)?.[0];
    if (digits === undefined) return fail('syntax', this.path);
    this.at += digits.length;
    const value = Number(digits);
    return Number.isFinite(value) ? value : fail('number-out-of-range', this.path);
  }

  word<Value>(word: string, value: Value): Value {
    if (!this.text.startsWith(word, this.at)) fail('syntax', this.path);
    this.at += word.length;
    return value;
  }

  enter(): number {
    this.at++;
    const depth = this.path.length;
    if (depth >= nestingMax) fail('too-deep', this.path.slice(0, 3));
    return depth;
  }

  take(code: number): boolean {
    this.skipSpace();
    if (this.text.charCodeAt(this.at) !== code) return false;
    this.at++;
    return true;
  }

  skipSpace(): void {
    if (this.text.charCodeAt(this.at) > 0x20) return;
    space.lastIndex = this.at;
    this.at += space.exec(this.text)?.[0].length ?? 0;
  }
}

function fail(code: Defect, path: readonly (string | number)[]): never {
  const pointer = jsonPointer(path);
  throw new HttpProblem('malformed-json', {
    detail: defects[code],
    errors: [{ pointer, code, detail: defects[code] }],
  });
}
