import type { SearchAnswer } from '@relais/contracts/search';
import type { Sql } from '@relais/postgres/database';
import type { Answers, Found, Key } from './look.ts';
import { countedMax, findOffers, isAnswered } from './query.ts';
import type { Asking, Filters, Question } from './question.ts';
import { fewerThan, soughtOf } from './statement.ts';
import { understand } from './understand.ts';

export type Searched = {
  readonly question: Question;
  /** One more than asked for where others follow. */
  readonly found: readonly Found[];
  /** So many of the words they have at least. */
  readonly least: number;
  readonly about: Pick<SearchAnswer, 'words' | 'matched' | 'facets' | 'withoutOne'>;
};

/** Where an answer goes on, and from which offer. */
export type From = { readonly least: number; readonly key: Key };

/** Searches; where nothing has all the words, for as many of them as something has. */
export async function search(
  sql: Sql,
  asking: Asking,
  { from, limit }: { readonly from: From | undefined; readonly limit: number },
): Promise<Searched> {
  const question = await understand(sql, asking);
  const sought = soughtOf(question).length;
  const ladder = from === undefined ? [sought, ...fewerThan(sought)] : [from.least];
  let least = sought;
  let answers: Answers | undefined;
  for (least of ladder) {
    answers = await findOffers(sql, question, { least, after: from?.key, limit });
    if (answers.counted > 0) break;
  }
  const { found = [], counted = 0, facets = [] } = answers ?? {};
  const withoutOne = counted > 0 ? [] : await reliefs(sql, question);
  const words = question.words.map((word) => ({ ...word, synonyms: [...word.synonyms] }));
  const matched = least < sought ? 'some' : 'all';
  const about = { words, matched, facets: shown({ counted, facets }), withoutOne } as const;
  return { question, found, least, about };
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
      const less = {
        ...{ ...question, filters },
        ...(group === 'q' && { words: [], organisations: [] }),
        ...(group === 'radiusKm' && { centre: undefined }),
      };
      return (await isAnswered(sql, less)) ? [group] : [];
    }),
  );
  return helpful.flat();
}

function shown({ counted, facets }: Omit<Answers, 'found'>): SearchAnswer['facets'] {
  const of = (name: string) =>
    facets.filter(({ facet }) => facet === name).map(({ value, count }) => ({ value, count }));
  return {
    ...{ counted, complete: counted <= countedMax },
    ...{ kinds: of('kinds'), themes: of('themes'), publics: of('publics') },
    ...{ languages: of('languages'), freshness: of('freshness') },
  };
}
