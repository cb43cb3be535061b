/** What is told of each offer on a page, and why it is on it. */
import type { Reason } from '@relais/contracts/search';
import type { Sql } from '@relais/postgres/database';
import { type OfferFound, offersFound } from '../offers/query.ts';
import type { Found } from './look.ts';
import { kilometresOf } from './position.ts';
import { type AskedWord, Bound, type Question } from './question.ts';
import { soughtOf } from './statement.ts';

export type Detailed = {
  readonly row: OfferFound;
  readonly distanceKm: number | null;
  readonly why: Reason[];
};

/** The offers of a page that are still for the caller, in its order. */
export async function detailsOf(
  sql: Sql,
  question: Question,
  page: readonly Found[],
): Promise<Detailed[]> {
  const ids = page.map(({ id }) => id);
  const [offers, matches] = await Promise.all([
    sql.query<OfferFound>(
      `select * from ${offersFound} where id = any ($1)`,
      [ids],
      'search-details',
    ),
    matchesOf(sql, question, ids),
  ]);
  const rows = new Map(offers.rows.map((row) => [row.id, row]));
  return page.flatMap(({ id, chord }) => {
    const row = rows.get(id);
    if (row === undefined || row.state !== 'open') return [];
    const distanceKm = chord === null ? null : Math.round(kilometresOf(chord) * 10) / 10;
    const why: Reason[] = matches.get(id) ?? [];
    if (question.organisations.includes(row.organisation ?? '')) {
      why.push({ because: 'organisation' });
    }
    if (distanceKm !== null) why.push({ because: 'distance', km: distanceKm });
    return [{ row, distanceKm, why: [...why, ...filtered(question)] }];
  });
}

/** Conditions that every offer of the answer fulfils. */
function filtered({ filters }: Question): Reason[] {
  const reasons: Reason[] = [];
  if (filters.area !== undefined) reasons.push({ because: 'area', area: filters.area });
  if (filters.openNow !== undefined || filters.openAt !== undefined) {
    reasons.push({ because: 'open' });
  }
  if (filters.placesLeft !== undefined) reasons.push({ because: 'places-left' });
  return reasons;
}

const fields = { A: 'title', B: 'theme', C: 'translation', D: 'text' } as const;
const weights = ['A', 'B', 'C', 'D'] as const;

/** A way in which an offer may have a word: by itself or a correction, or by its synonyms, in one of the fields. */
type Way = {
  readonly word: AskedWord;
  readonly isOwn: boolean;
  readonly weight: (typeof weights)[number];
  readonly query: string;
};

const waysOf = (word: AskedWord): Way[] =>
  [true, false].flatMap((isOwn) => {
    const texts = isOwn ? [word.corrected ?? word.typed] : word.synonyms;
    if (texts.length === 0) return [];
    return weights.map((weight) => {
      const query = texts.map((text) => `${text}:${weight}`).join(' | ');
      return { word, isOwn, weight, query };
    });
  });

async function matchesOf(sql: Sql, question: Question, ids: readonly string[]) {
  const matches = new Map<string, Reason[]>();
  const looked = soughtOf(question);
  if (looked.length === 0) return matches;
  const ways = looked.flatMap(waysOf);
  const bound = new Bound();
  const queries = bound.bind(
    ways.map(({ query }) => query),
    'text[]',
  );
  const { rows } = await sql.query<{ id: string; matched: number[] }>(
    `with way as materialized (
       select n::int, to_tsquery('pg_catalog.french', query) as query
       from unnest(${queries}) with ordinality as way (query, n)
     )
     select o.id, array_agg(way.n) as matched from search_entry o join way on o.document @@ way.query
     where o.id = any (${bound.bind(ids, 'uuid[]')}) group by o.id`,
    bound.values,
  );
  for (const { id, matched } of rows) {
    const has = ways.filter((_, n) => matched.includes(n + 1));
    matches.set(
      id,
      looked.flatMap((word) => reasonOf(has.filter((way) => way.word === word))),
    );
  }
  return matches;
}

/** Synonyms are told of only where the word itself is not. */
function reasonOf(ways: readonly Way[]): Reason[] {
  const [first] = ways;
  if (first === undefined) return [];
  const { word, isOwn } = ways.find((way) => way.isOwn) ?? first;
  const through = !isOwn ? 'synonym' : word.corrected === null ? 'itself' : 'correction';
  const found = ways.filter((way) => way.isOwn === isOwn).map(({ weight }) => fields[weight]);
  return [{ because: 'word', typed: word.typed, fields: found, through }];
}
