/** A question, as parts of a statement. */
import { nearOf } from './near.ts';
import {
  type AskedWord,
  Bound,
  conditionsOf,
  isFor,
  type Question,
  roughlyOf,
} from './question.ts';
import { anyOf } from './synonyms.ts';

/** What an offer `o` has to fulfil, where its order puts it (smallest first), and how far it is. */
export type Asked = {
  readonly bound: Bound;
  /** What is joined to each offer for the conditions. */
  readonly joined: string;
  readonly conditions: readonly string[];
  /** Those but for the words. */
  readonly others: readonly string[];
  /** What `conditions` imply, and an index answers. */
  readonly roughly: (bound: Bound) => readonly string[];
  readonly order: 'relevance' | 'distance' | 'freshness';
  readonly key: string;
  readonly chord: string;
  /** Whether it has the words: in its title; in title, themes or translated titles; anywhere. None without words. */
  readonly has: readonly string[];
};

/** Added to the key of an offer for each column of `has` that does not have the words: more than any key. */
export const rankStep = 1e13;

/** Keys of distances are metres. */
export const distanceStep = 1_000;

/** The question about offers, within its circle or a smaller one; so many of its words at least are looked for. */
export function askedOf(
  question: Question,
  least: number,
  chord = question.centre?.chord ?? 0,
): Asked {
  const { audience, centre, filters } = question;
  const bound = new Bound();
  const has = hasWords(question, least, bound);
  const near = centre && nearOf({ ...centre, chord }, bound);
  const others = [
    isFor(audience, bound),
    ...conditionsOf(question, bound),
    ...(near ? [near.exactly] : []),
  ];
  const [title, head] = has;
  const rank = `case when ${title} then 0 when ${head} then 1 else 2 end`;
  const keys = {
    ...(title !== undefined && { relevance: `o.newest + ${rank} * ${rankStep}::bigint` }),
    ...(near !== undefined && { distance: `(${near.chord} * ${distanceStep})::bigint` }),
    freshness: 'o.newest',
  };
  const isPossible = (order: string): order is Asked['order'] => Object.hasOwn(keys, order);
  const wished = [filters.sort ?? '', 'relevance', 'distance'];
  const order = wished.find(isPossible) ?? 'freshness';
  const key = keys[order] ?? keys.freshness;
  return {
    ...{ bound, others, has, order, key },
    conditions: [...others, ...has.slice(-1)],
    roughly: (bound) => [...roughlyOf(question, bound), ...(near ? [near.roughly(bound)] : [])],
    joined: near?.joined ?? '',
    chord: near?.chord ?? 'null::float8',
  };
}

function hasWords(question: Question, least: number, bound: Bound): string[] {
  const words = soughtOf(question).map(wordQuery);
  if (words.length === 0) return [];
  // All of them as conditions of their own: an index leaps from one list to the next, and weighs nothing.
  const ways =
    least === words.length
      ? words
      : [
          combinations(words, least)
            .map((some) => `(${some.join(' & ')})`)
            .join(' | '),
        ];
  const queries = ways.map((way) => `to_tsquery('pg_catalog.french', ${bound.bind(way, 'text')})`);
  const columns = ['title', 'head', 'document'].map(
    (column) => `(${queries.map((query) => `o.${column} @@ ${query}`).join(' and ')})`,
  );
  // Seldom, and it takes two looks into the index.
  if (question.organisations.length === 0) return columns;
  const called = bound.bind(question.organisations, 'uuid[]');
  return columns.map((has) => `(${has} or o.organisation = any (${called}))`);
}

/** What is looked for in place of a word, as a tsquery. */
const wordQuery = ({ typed, corrected, synonyms }: AskedWord): string =>
  anyOf([corrected ?? typed, ...synonyms]);

/** The words that are looked for. */
export const soughtOf = ({ words }: Pick<Question, 'words'>): readonly AskedWord[] =>
  words.filter(({ ignored }) => !ignored);

/** Every choice of so many of the items. */
export function combinations<Item>(items: readonly Item[], size: number): Item[][] {
  if (size === 0) return [[]];
  return items.flatMap((item, n) =>
    combinations(items.slice(n + 1), size - 1).map((others) => [item, ...others]),
  );
}

const combinationsMax = 20;

/** How many words to ask for when nothing has all of so many: fewer and fewer, while there are few ways to choose. */
export function fewerThan(words: number): number[] {
  const ways = (size: number): number =>
    size === 0 ? 1 : (ways(size - 1) * (words - size + 1)) / size;
  return Array.from({ length: words }, (_, n) => words - n).filter(
    (size) => size < words && ways(size) <= combinationsMax,
  );
}
