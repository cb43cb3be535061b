/** What is told of each offer on a page, and why it is on it. */
import type { Reason } from '@relais/contracts/search';
import type { Sql } from '@relais/postgres/database';
import type { OfferWithPlaces } from '../offers/query.ts';
import type { Found } from './look.ts';
import { kilometresOf } from './position.ts';
import { Bound, type Question } from './question.ts';
import { soughtOf } from './statement.ts';

export type Detailed = {
  readonly row: OfferWithPlaces;
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
    sql.query<OfferWithPlaces>(
      `select offer.*, place_pool.capacity, place_pool.reserved
       from offer left join place_pool on place_pool.offer = offer.id where offer.id = any ($1)`,
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
type Weight = keyof typeof fields;

async function matchesOf(sql: Sql, question: Question, ids: readonly string[]) {
  const looked = soughtOf(question);
  const matches = new Map<string, Reason[]>();
  if (looked.length === 0) return matches;
  const bound = new Bound();
  const own = looked.map(({ typed, corrected }) => corrected ?? typed);
  const others = looked.map(({ synonyms }) => synonyms.join(' | '));
  const { rows } = await sql.query<{ id: string; n: number; own: Weight[]; others: Weight[] }>(
    `select o.id, word.n::int as n,
       array(select weight from unnest('{A,B,C,D}'::text[]) weight where
         ts_filter(o.document, array[weight]::"char"[]) @@ to_tsquery('pg_catalog.french', word.own)) as own,
       array(select weight from unnest('{A,B,C,D}'::text[]) weight where word.others <> '' and
         ts_filter(o.document, array[weight]::"char"[]) @@ to_tsquery('pg_catalog.french', word.others)) as others
     from search_entry o,
       unnest(${bound.bind(own, 'text[]')}, ${bound.bind(others, 'text[]')})
         with ordinality as word (own, others, n)
     where o.id = any (${bound.bind(ids, 'uuid[]')}) order by n`,
    bound.values,
  );
  for (const { id, n, own, others } of rows) {
    const word = looked[n - 1];
    const found = own.length > 0 ? own : others;
    if (word === undefined || found.length === 0) continue;
    const through =
      own.length === 0 ? 'synonym' : word.corrected === null ? 'itself' : 'correction';
    const reason = { typed: word.typed, fields: found.map((weight) => fields[weight]), through };
    matches.set(id, [...(matches.get(id) ?? []), { because: 'word', ...reason } as Reason]);
  }
  return matches;
}
