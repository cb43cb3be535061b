/** Texts found by words, for lists that have nothing else to weigh. */
import type { Sql } from '@relais/postgres/database';
import { z } from 'zod';
import { wordsOf } from './plain.ts';
import { combinations, fewerThan } from './statement.ts';
import { anyOf, isOfAsking, synonymsOf } from './synonyms.ts';

/** What a page says of it: `some` where nothing has all the words. */
export const Matched = { matched: z.enum(['all', 'some']) };

/** Where such a list goes on, the latest first: the words that its rows have at least, a moment, an id. */
export const WordsPlace = z.tuple([z.int(), z.iso.datetime(), z.uuid()]);

type ByWords<Row> = {
  readonly rows: readonly Row[];
  /** So many of the words the rows have at least; where a list goes on, it is told so. */
  readonly least: number;
  readonly matched: 'all' | 'some';
};

/**
 * What `find` gives for all the words that were typed; where nothing has all of them, for as many as something has. It gets
 * a tsquery of French text search, or null for everything.
 */
export async function findByWords<Row>(
  sql: Sql,
  { typed, from }: { readonly typed: string | undefined; readonly from: number | undefined },
  find: (words: string | null) => Promise<readonly Row[]>,
): Promise<ByWords<Row>> {
  const words = typed === undefined ? [] : await soughtIn(sql, typed);
  let least = words.length;
  let rows: readonly Row[] = [];
  for (least of from === undefined ? [least, ...fewerThan(least)] : [from]) {
    rows = await find(queryOf(words, least));
    if (rows.length > 0) break;
  }
  return { rows, least, matched: least < words.length ? 'some' : 'all' };
}

/** The words that say something. */
async function soughtIn(sql: Sql, typed: string): Promise<string[]> {
  const words = wordsOf(typed).filter((word) => !isOfAsking(word));
  const { rows } = await sql.query<{ word: string }>(
    `select word from unnest($1::text[]) with ordinality as typed (word, n)
     where numnode(to_tsquery('pg_catalog.french', word)) > 0 order by n`,
    [words],
    'search-sought',
  );
  return rows.map(({ word }) => word);
}

/** So many of the words at least, each in any form or by a synonym, as a tsquery; null for none. */
export const queryOf = (words: readonly string[], least: number): string | null =>
  combinations(
    words.map((word) => anyOf([word, ...synonymsOf(word)])),
    least,
  )
    .filter((some) => some.length > 0)
    .map((some) => `(${some.join(' & ')})`)
    .join(' | ') || null;

/** The condition that the column `words` has what the tsquery of the parameter of this number asks for. */
export const hasWords = (parameter: number): string =>
  `($${parameter}::text is null or to_tsvector('pg_catalog.french', words)
    @@ to_tsquery('pg_catalog.french', $${parameter}))`;
