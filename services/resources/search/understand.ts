import type { Sql } from '@relais/postgres/database';
import { openOnes } from './opening.ts';
import { wordsOf } from './plain.ts';
import { type Audience, Bound, type Filters, isFor, momentOf } from './question.ts';
import { synonymsOf } from './synonyms.ts';

/** A word of the question, and what is looked for. */
export type AskedWord = {
  readonly typed: string;
  readonly corrected: string | null;
  readonly synonyms: readonly string[];
  readonly ignored: boolean;
};
export type Asking = {
  readonly filters: Filters;
  readonly audience: Audience;
  readonly now: Date;
};
/** A question understood: every statement about it starts from this. */
export type Question = Asking & {
  readonly words: readonly AskedWord[];
  readonly irregular: readonly string[];
};

const irregularMax = 500;

/** Reads what the words of a question mean among the offers that the caller may find. */
export async function understand(sql: Sql, asking: Asking): Promise<Question> {
  const typed = wordsOf(asking.filters.q ?? '');
  const words = await Promise.all(typed.map((word) => understandWord(sql, asking.audience, word)));
  const moment = momentOf(asking.filters, asking.now);
  if (moment === undefined) return { ...asking, words, irregular: [] };
  const { rows } = await sql.query<{ hours: string }>(
    `select distinct irregular_hours as hours from search_offer where irregular_hours is not null
     limit ${irregularMax}`,
    [],
    'search-irregular',
  );
  return {
    ...asking,
    words,
    irregular: openOnes(
      rows.map(({ hours }) => hours),
      moment,
    ),
  };
}

async function understandWord(sql: Sql, audience: Audience, typed: string): Promise<AskedWord> {
  const synonyms = synonymsOf(typed);
  const bound = new Bound();
  const query = bound.bind([typed, ...synonyms].join(' | '), 'text');
  const { rows } = await sql.query<{ ignored: boolean; known: boolean }>(
    `with found as materialized (
       select from search_offer o
       where o.document @@ to_tsquery('pg_catalog.french', ${query}) and ${isFor(audience, bound)}
     )
     select numnode(to_tsquery('pg_catalog.french', ${query})) = 0 as ignored,
       exists (select from found) as known`,
    bound.values,
  );
  const { ignored = false, known = false } = rows[0] ?? {};
  const corrected = ignored || known ? null : await correction(sql, audience, typed);
  return { typed, corrected, synonyms, ignored };
}

/** The word of a title that is written most alike, among offers the caller may find; null when none is. */
async function correction(sql: Sql, audience: Audience, typed: string): Promise<string | null> {
  if (typed.length < 4) return null;
  const bound = new Bound();
  const word = bound.bind(typed, 'text');
  const { rows } = await sql.query<{ word: string }>(
    `with threshold as materialized (
       select set_config('pg_trgm.word_similarity_threshold', '0.4', true)
     ), alike as materialized (
       select o.title_words from threshold, lateral (
         select o.title_words from search_offer o
         where ${word} operator(public.<%) o.title_words and ${isFor(audience, bound)}
           and threshold is not null
         limit 200
       ) o
     )
     select word from alike, regexp_split_to_table(title_words, ' ') word
     where public.similarity(word, ${word}) >= 0.3
     group by word order by public.similarity(word, ${word}) desc, count(*) desc, word limit 1`,
    bound.values,
  );
  return rows[0]?.word ?? null;
}
