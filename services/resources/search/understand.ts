import type { Sql } from '@relais/postgres/database';
import { centreOf } from './near.ts';
import { openOnes } from './opening.ts';
import { wordsOf } from './plain.ts';
import {
  type AskedWord,
  type Asking,
  type Audience,
  Bound,
  isFor,
  momentOf,
  type Question,
  readersOf,
} from './question.ts';
import { anyOf, isOfAsking, synonymsOf } from './synonyms.ts';

/** Reads what a question means among the offers that the caller may find. */
export async function understand(sql: Sql, asking: Asking): Promise<Question> {
  const typed = wordsOf(asking.filters.q ?? '');
  const [{ words, organisations }, irregular] = await Promise.all([
    understandWords(sql, asking.audience, typed),
    openIrregular(sql, asking),
  ]);
  return { ...asking, words, organisations, irregular, centre: centreOf(asking.filters) };
}

const irregularMax = 500;

/** Of hours that follow no week those that are open when it is asked for. */
async function openIrregular(sql: Sql, { filters, now }: Asking): Promise<string[]> {
  const moment = momentOf(filters, now);
  if (moment === undefined) return [];
  const { rows } = await sql.query<{ hours: string }>(
    `select irregular_hours as hours from search_offer where irregular_hours is not null
     union select irregular_hours from search_site where irregular_hours is not null limit ${irregularMax}`,
    [],
    'search-irregular',
  );
  return openOnes(
    rows.map(({ hours }) => hours),
    moment,
  );
}

const organisationsMax = 50;

async function understandWords(
  sql: Sql,
  audience: Audience,
  typed: readonly string[],
): Promise<Pick<Question, 'words' | 'organisations'>> {
  if (typed.length === 0) return { words: [], organisations: [] };
  const bound = new Bound();
  const queries = typed.map((word) => {
    const query = bound.bind(anyOf([word, ...synonymsOf(word)]), 'text');
    return `to_tsquery('pg_catalog.french', ${query})`;
  });
  const all = `to_tsquery('pg_catalog.french', ${bound.bind(typed.join(' & '), 'text')})`;
  const isVisible = isFor(audience, bound);
  const about = queries.map(
    (query) => `json_build_array(numnode(${query}) = 0,
      exists (select from search_entry o where o.document @@ ${query} and ${isVisible} limit 1)
        or exists (select from search_organisation where document @@ ${query} limit 1))`,
  );
  const { rows } = await sql.query<{ about: [boolean, boolean][]; organisations: string[] }>(
    `select json_build_array(${about.join(', ')}) as about, array(
       select organisation::text from search_organisation
       where document @@ ${all} limit ${organisationsMax}
     ) as organisations`,
    bound.values,
  );
  const { about: known = [], organisations = [] } = rows[0] ?? {};
  const words = typed.map(async (word, n): Promise<AskedWord> => {
    const [isStopWord = false, isKnown = false] = known[n] ?? [];
    const ignored = isStopWord || isOfAsking(word);
    const corrected = ignored || isKnown ? null : await correction(sql, audience, word);
    return { typed: word, corrected, synonyms: synonymsOf(word), ignored };
  });
  return { words: await Promise.all(words), organisations };
}

/** The word of a title that is written most alike, among offers the caller may find; null when none is. */
async function correction(sql: Sql, audience: Audience, typed: string): Promise<string | null> {
  if (typed.length < 4) return null;
  const bound = new Bound();
  const word = bound.bind(typed, 'text');
  const readers = bound.bind(readersOf(audience), 'text[]');
  const { rows } = await sql.query<{ word: string }>(
    `select word from search_word where word operator(public.%) ${word} and audience = any (${readers})
     group by word order by public.similarity(word, ${word}) desc, sum(offers) desc, word limit 1`,
    bound.values,
  );
  return rows[0]?.word ?? null;
}
