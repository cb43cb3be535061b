import type { SealingKeys } from './cipher.ts';
import type { KeyName } from './key-store.ts';

/** `forgotten` is kept like a key: forgetting is for ever, and lists of old cases ask for it often. */
type Kept = SealingKeys | 'forgotten';
type Entry = { readonly kept: Kept; readonly until: number };

/** Keys held in memory at most, 2 kB each, most of it outside the heap; the oldest leave first. */
const entriesMax = 5_000;

/**
 * Keys held in memory for a short while. `now` is a monotonic clock in milliseconds. A key read from the store
 * before a person was forgotten and arriving after it is not kept: see `generation`.
 */
export type KeyCache = {
  get(name: KeyName): Kept | undefined;
  /** Taken before asking the store, given to `put` with the answer. */
  generation(): number;
  put(name: KeyName, kept: Kept, generation: number): void;
  /** Drops one person's keys; everybody's without a person. */
  forget(person?: string): void;
  /** Drops what has had its time, also when nobody asks for it any more. */
  sweep(): void;
};

/** A cache whose entries live for `maxAgeMs`. */
export function keyCache(maxAgeMs: number, now: () => number): KeyCache {
  const persons = new Map<string, Map<string, Entry>>();
  let count = 0;
  let generation = 0;

  const drop = (person: string): void => {
    count -= persons.get(person)?.size ?? 0;
    persons.delete(person);
  };

  return {
    get(name) {
      const entry = persons.get(name.person)?.get(name.category);
      return entry !== undefined && entry.until > now() ? entry.kept : undefined;
    },
    generation: () => generation,
    put(name, kept, asked) {
      if (asked !== generation) return;
      const entries = persons.get(name.person) ?? new Map<string, Entry>();
      if (!entries.has(name.category)) count += 1;
      entries.set(name.category, { kept, until: now() + maxAgeMs });
      persons.set(name.person, entries);
      for (const oldest of persons.keys()) {
        if (count <= entriesMax) break;
        drop(oldest);
      }
    },
    forget(person) {
      generation += 1;
      if (person !== undefined) return drop(person);
      persons.clear();
      count = 0;
    },
    sweep() {
      const time = now();
      for (const [person, entries] of persons) {
        if ([...entries.values()].some((entry) => entry.until <= time)) drop(person);
      }
    },
  };
}
