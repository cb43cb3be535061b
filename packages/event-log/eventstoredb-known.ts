/** Ids kept of one stream, and of all: about 10 MB. */
const perStreamMax = 1_000;
const totalMax = 50_000;

/**
 * Which ids the first events of a stream have, as far as this process has seen them. The server appends the
 * same ids again when the expected revision is the stream's present one; who expects it has read so far,
 * nearly always here, so that this table can rule a repetition out without asking the server.
 */
export type KnownIds = {
  /** Sure that none of `ids` is at or before `revision`. */
  rulesOut(stream: string, revision: bigint, ids: readonly string[]): boolean;
  /** The stream's ids up to `revision`, oldest first, from its beginning or the last 1,000 of them. */
  learn(stream: string, revision: bigint, ids: Iterable<string>): void;
  /** `ids` were appended right after `expected`, and end at `revision`. */
  extend(stream: string, expected: bigint | 'none', ids: readonly string[], revision: bigint): void;
};

export function knownIds(): KnownIds {
  // Oldest use first: a map keeps the order of insertion.
  const streams = new Map<string, { revision: bigint; ids: Set<string> }>();
  let total = 0;
  const forget = (stream: string) => {
    total -= streams.get(stream)?.ids.size ?? 0;
    streams.delete(stream);
  };
  const learn: KnownIds['learn'] = (stream, revision, ids) => {
    if ((streams.get(stream)?.revision ?? -1n) > revision) return;
    forget(stream);
    const kept = new Set([...ids].slice(-perStreamMax));
    streams.set(stream, { revision, ids: kept });
    total += kept.size;
    for (const oldest of streams.keys()) {
      if (total <= totalMax) break;
      forget(oldest);
    }
  };
  return {
    learn,
    rulesOut: (stream, revision, ids) => {
      const known = streams.get(stream);
      if (known === undefined || known.revision < revision) return false;
      return !ids.some((id) => known.ids.has(id));
    },
    extend: (stream, expected, ids, revision) => {
      const known = streams.get(stream);
      if (expected === 'none') learn(stream, revision, ids);
      else if (known?.revision === expected) learn(stream, revision, [...known.ids, ...ids]);
    },
  };
}
