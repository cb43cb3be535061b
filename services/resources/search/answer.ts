import type { SearchAnswer } from '@relais/contracts/search';
import type { Sql } from '@relais/postgres/database';
import {
  countFacets,
  type Facet,
  type Found,
  findOffers,
  type Key,
  type Matching,
} from './query.ts';
import type { Filters } from './question.ts';
import { type Asking, type Question, understand } from './understand.ts';

export type Searched = {
  readonly question: Question;
  /** One more than asked for where others follow. */
  readonly found: readonly Found[];
  readonly about: Pick<SearchAnswer, 'words' | 'matched' | 'facets' | 'withoutOne'>;
};

/** Where an answer goes on, and from which offer. */
export type From = { readonly matching: Matching; readonly key: Key };

/** Searches; where nothing has all the words, for some of them. */
export async function search(
  sql: Sql,
  asking: Asking,
  { from, limit }: { readonly from: From | undefined; readonly limit: number },
): Promise<Searched> {
  const question = await understand(sql, asking);
  const page = { after: from?.key, limit };
  let matched: Matching = from?.matching ?? 'all';
  let [found, facets] = await Promise.all([
    findOffers(sql, question, { ...page, matching: matched }),
    countFacets(sql, question, matched),
  ]);
  const isMany = question.words.filter(({ ignored }) => !ignored).length > 1;
  if (found.length === 0 && from === undefined && isMany) {
    matched = 'some';
    [found, facets] = await Promise.all([
      findOffers(sql, question, { ...page, matching: matched }),
      countFacets(sql, question, matched),
    ]);
  }
  const withoutOne = facets.counted > 0 ? [] : await reliefs(sql, question);
  const words = question.words.map((word) => ({ ...word, synonyms: [...word.synonyms] }));
  return { question, found, about: { words, matched, facets: shown(facets), withoutOne } };
}

/** What belongs together is left out together. */
const groups: { readonly [name: string]: readonly (keyof Filters)[] } = {
  q: ['q'],
  theme: ['theme'],
  kind: ['kind'],
  public: ['public'],
  language: ['language'],
  association: ['association'],
  organisation: ['organisation'],
  freshness: ['freshness'],
  confirmedSince: ['confirmedSince'],
  radiusKm: ['commune', 'latitude', 'longitude', 'radiusKm'],
  area: ['area'],
  openNow: ['openNow', 'openAt'],
  placesLeft: ['placesLeft'],
};

/** Filters of which leaving out one alone would find something. */
async function reliefs(sql: Sql, question: Question): Promise<string[]> {
  const given = Object.entries(groups).filter(([, names]) =>
    names.some((name) => question.filters[name] !== undefined),
  );
  if (given.length < 2) return [];
  const helpful = await Promise.all(
    given.map(async ([group, names]) => {
      const filters = { ...question.filters };
      for (const name of names) delete filters[name];
      const words = group === 'q' ? [] : question.words;
      const less = { ...question, filters, words };
      const [one] = await findOffers(sql, less, { matching: 'all', after: undefined, limit: 1 });
      return one === undefined ? [] : [group];
    }),
  );
  return helpful.flat();
}

function shown({
  counted,
  complete,
  counts,
}: {
  readonly counted: number;
  readonly complete: boolean;
  readonly counts: readonly Facet[];
}): SearchAnswer['facets'] {
  const of = (name: string) =>
    counts.filter(({ facet }) => facet === name).map(({ value, count }) => ({ value, count }));
  return {
    ...{ counted, complete, kinds: of('kinds'), themes: of('themes'), publics: of('publics') },
    ...{ languages: of('languages'), freshness: of('freshness') },
  };
}
