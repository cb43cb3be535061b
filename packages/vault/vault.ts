import { createHmac } from 'node:crypto';
import type { PersonId } from '@relais/contracts/ids';
import type { Category, Sealed } from '@relais/contracts/sealed';
import {
  associatedData,
  decrypt,
  encrypt,
  type Place,
  SealBroken,
  type SealingKeys,
  sealingKeys,
} from './cipher.ts';
import { keyCache } from './key-cache.ts';
import type { DataKey, KeyName, KeyStore } from './key-store.ts';

export type ToSeal = {
  readonly person: PersonId;
  readonly category: Category;
  readonly plaintext: string;
  readonly at: Place;
};
export type ToOpen = { readonly sealed: Sealed; readonly at: Place };

/** What a match key stands for; texts of different kinds never match. */
export type MatchKind = 'name' | 'birth-date' | 'phone' | 'entry';

export type Vault = {
  /** The same input gives the same text, byte for byte. Throws PersonForgotten and TextUnsealable. */
  seal(person: PersonId, category: Category, plaintext: string, at: Place): Promise<Sealed>;
  /** Like `seal`, with one round trip for the keys of all. */
  sealMany(texts: readonly ToSeal[]): Promise<Sealed[]>;
  /** The plaintext; undefined when the person was forgotten. Throws SealBroken. */
  open(sealed: Sealed, at: Place): Promise<string | undefined>;
  /** Like `open`, in order, with one round trip for the keys of all. */
  openMany(texts: readonly ToOpen[]): Promise<(string | undefined)[]>;
  /** Destroys the person's keys: nothing sealed for the person opens any more, and nothing is sealed again. */
  forget(person: PersonId): Promise<void>;
  /** A keyed hash of a normalised text (normalise.ts): equal for equal texts, and of no use without the key. */
  matchKey(kind: MatchKind, normalised: string): Promise<string>;
  /** Stops listening and drops every key held in memory. */
  close(): void;
};

/** Nothing is sealed for a person whose keys were destroyed on request. */
export class PersonForgotten extends Error {
  override readonly name = 'PersonForgotten';
  readonly person: PersonId;

  constructor(person: PersonId) {
    super(`person ${person} was forgotten`);
    this.person = person;
  }
}

/** The text is too long, or not Unicode: validation should have refused it. */
export class TextUnsealable extends Error {
  override readonly name = 'TextUnsealable';
}

/** Bytes of UTF-8 in one sealed text, so that it stays within the contract's bound. */
export const plaintextBytesMax = 40_000;

export type VaultOptions = {
  readonly keyStore: KeyStore;
  /** How long a key is held in memory, 30 at most: with it, forgetting reaches every process within a minute. */
  readonly cacheSeconds?: number;
  /** Monotonic, in milliseconds. */
  readonly now?: () => number;
};

/**
 * Personal data goes in and out here. Keys stay in memory for `cacheSeconds` at most; forgetting a person
 * empties the caches of all processes by a notification, and where that is lost, by their age.
 * Resolves when it listens; a wrong master key shows here and not at the first request.
 */
export async function openVault(options: VaultOptions): Promise<Vault> {
  const { keyStore, cacheSeconds = 30, now = () => performance.now() } = options;
  if (!(cacheSeconds >= 0 && cacheSeconds <= 30)) throw new RangeError('cacheSeconds is 0 to 30');
  const cache = keyCache(cacheSeconds * 1000, now);
  const closing = new AbortController();
  await keyStore.onForgotten((person) => cache.forget(person), closing.signal);
  const matching = await keyStore.matchingKey();
  const sweeping = setInterval(() => cache.sweep(), 5_000).unref();

  const keysOf = async (
    names: readonly KeyName[],
    ask: (names: readonly KeyName[]) => Promise<readonly (DataKey | undefined)[]>,
  ): Promise<(name: KeyName) => SealingKeys | 'forgotten'> => {
    const known = new Map<string, SealingKeys | 'forgotten'>();
    const missing = new Map<string, KeyName>();
    for (const name of names) {
      const kept = cache.get(name);
      if (kept === undefined) missing.set(keyOf(name), name);
      else known.set(keyOf(name), kept);
    }
    if (missing.size > 0) {
      const generation = cache.generation();
      const asked = [...missing.values()];
      const found = await ask(asked);
      for (const [index, name] of asked.entries()) {
        const key = found[index];
        if (key === undefined) continue;
        const kept = key === 'forgotten' ? key : sealingKeys(key);
        known.set(keyOf(name), kept);
        cache.put(name, kept, generation);
      }
    }
    return (name) => {
      const keys = known.get(keyOf(name));
      if (keys === undefined) throw new SealBroken('no key was ever made for this sealed text');
      return keys;
    };
  };

  const sealMany = async (texts: readonly ToSeal[]): Promise<Sealed[]> => {
    for (const text of texts) checkSealable(text.plaintext);
    const keys = await keysOf(texts, keyStore.obtain);
    return texts.map((text) => sealWith(keys(text), text));
  };
  const openMany = async (texts: readonly ToOpen[]): Promise<(string | undefined)[]> => {
    const keys = await keysOf(
      texts.map((text) => text.sealed),
      keyStore.find,
    );
    return texts.map(({ sealed, at }) => openWith(keys(sealed), sealed, at));
  };

  return {
    seal: async (person, category, plaintext, at) => {
      const [sealed] = await sealMany([{ person, category, plaintext, at }]);
      if (sealed === undefined) throw new Error('one text in, one out');
      return sealed;
    },
    sealMany,
    open: async (sealed, at) => (await openMany([{ sealed, at }]))[0],
    openMany,
    forget: async (person) => {
      await keyStore.forget(person);
      cache.forget(person);
    },
    matchKey: async (kind, normalised) =>
      createHmac('sha256', matching)
        .update(JSON.stringify([kind, normalised]))
        .digest('base64url'),
    close: () => {
      closing.abort();
      clearInterval(sweeping);
      cache.forget();
    },
  };
}

function checkSealable(plaintext: string): void {
  if (!plaintext.isWellFormed()) throw new TextUnsealable('the text is not well-formed Unicode');
  if (Buffer.byteLength(plaintext) > plaintextBytesMax) {
    throw new TextUnsealable(`the text is longer than ${plaintextBytesMax} bytes`);
  }
}

function sealWith(keys: SealingKeys | 'forgotten', text: ToSeal): Sealed {
  const { person, category, plaintext, at } = text;
  if (keys === 'forgotten') throw new PersonForgotten(person);
  const sealed = encrypt(keys, associatedData(person, category, at), plaintext);
  return { person, category, text: sealed };
}

function openWith(
  keys: SealingKeys | 'forgotten',
  { person, category, text }: Sealed,
  at: Place,
): string | undefined {
  if (keys === 'forgotten') return undefined;
  return decrypt(keys, associatedData(person, category, at), text);
}

const keyOf = (name: KeyName): string => `${name.person}/${name.category}`;
