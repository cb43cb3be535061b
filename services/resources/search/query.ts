import type { Sql } from '@relais/postgres/database';
import { Bound, centreOf, conditionsOf, isFor } from './question.ts';
import type { AskedWord, Question } from './understand.ts';

export type Found = { readonly id: string; readonly key: number; readonly chord: number | null };
export type Key = readonly [number, string];
const facetedMax = 2_000;

/** What is looked for in place of a word, as a tsquery; undefined for one that is not looked for. */
export const queryOf = ({ typed, corrected, synonyms, ignored }: AskedWord): string | undefined =>
  ignored ? undefined : `(${[corrected ?? typed, ...synonyms].join(' | ')})`;

/** `all`: every word; `some`: any of them. */
export type Matching = 'all' | 'some';

async function statement(question: Question, matching: Matching) {
  const { filters, audience, words } = question;
  const bound = new Bound();
  const conditions = [isFor(audience, bound), ...(await conditionsOf(filters, bound, question))];
  const queries = words.flatMap((word) => queryOf(word) ?? []);
  const text = queries.join(matching === 'all' ? ' & ' : ' | ');
  const query = text && `to_tsquery('pg_catalog.french', ${bound.bind(text, 'text')})`;
  if (query !== '') conditions.push(`o.document @@ ${query}`);
  const centre = await centreOf(filters);
  const near = centre && nearOf(bound, centre);
  const select = (columns: string) =>
    near
      ? `${near} select ${columns} from near join search_offer o on o.id = near.id`
      : `select ${columns} from search_offer o`;
  return { bound, conditions, query, select, isNear: near !== undefined };
}

function nearOf(bound: Bound, centre: { position: string; chord: number }): string {
  const position = bound.bind(centre.position, 'public.cube');
  const chord = bound.bind(centre.chord, 'float8');
  const box = `public.cube_enlarge(${position}, ${chord}, 3)`;
  return `with near as materialized (
    select id, min(chord) as chord from (
      select o.id, point::public.cube operator(public.<->) ${position} as chord
      from search_offer o, unnest(o.points) point where o.box operator(public.&&) ${box}
      union all
      select o.id, s.position operator(public.<->) ${position}
      from search_site s join search_offer o on o.sites @> array[s.place]
      where s.position operator(public.<@) ${box}
    ) placed where chord <= ${chord} group by id
  )`;
}

/** The offers that answer, in the order asked for, after this one. */
export async function findOffers(
  sql: Sql,
  question: Question,
  { matching, after, limit }: { matching: Matching; after: Key | undefined; limit: number },
): Promise<Found[]> {
  const { bound, conditions, query, select, isNear } = await statement(question, matching);
  const key = keyOf(question, query, isNear);
  if (after !== undefined) {
    const [value, id] = [bound.bind(after[0], 'bigint'), bound.bind(after[1], 'uuid')];
    conditions.push(`(${key}, o.id) > (${value}, ${id})`);
  }
  const columns = `o.id, ${key} as key, ${isNear ? 'near.chord' : 'null::float8 as chord'}`;
  const { rows } = await sql.query<{ id: string; key: bigint; chord: number | null }>(
    `${select(columns)} where ${conditions.join(' and ')}
     order by ${key}, o.id limit ${bound.bind(limit, 'int')}`,
    bound.values,
  );
  return rows.map((row) => ({ ...row, key: Number(row.key) }));
}

/** A whole number, smallest first. What nobody confirms any more counts for half. */
function keyOf({ filters }: Question, query: string, isNear: boolean): string {
  const sort = filters.sort ?? (query !== '' ? 'relevance' : isNear ? 'distance' : 'freshness');
  if (sort === 'distance' && isNear) return '(near.chord * 1000)::bigint';
  if (sort === 'relevance' && query !== '') {
    const rank = `ts_rank('{0.05, 0.3, 0.6, 1}', o.document, ${query})`;
    return `(${rank} * case o.freshness when 'stale' then -5e5 else -1e6 end)::bigint`;
  }
  return 'o.newest';
}

export type Facet = { readonly facet: string; readonly value: string; readonly count: number };

/** How many of the offers that answer are of which kind; of the first two thousand when there are more. */
export async function countFacets(
  sql: Sql,
  question: Question,
  matching: Matching,
): Promise<{ counted: number; complete: boolean; counts: Facet[] }> {
  const { bound, conditions, select } = await statement(question, matching);
  const columns = 'o.kind, o.themes, o.publics, o.languages, o.freshness';
  const { rows } = await sql.query<Facet>(
    `with found as materialized (
       ${select(columns)} where ${conditions.join(' and ')} limit ${facetedMax + 1}
     )
     select facet, value, count(*)::int as count from found, lateral (
       select 'all' as facet, '' as value
       union all select 'kinds', found.kind union all select 'freshness', found.freshness
       union all select 'themes', unnest(found.themes)
       union all select 'publics', unnest(found.publics)
       union all select 'languages', unnest(found.languages)
     ) each group by facet, value order by facet, count desc, value`,
    bound.values,
  );
  const counted = rows.find(({ facet }) => facet === 'all')?.count ?? 0;
  return { counted, complete: counted <= facetedMax, counts: rows };
}
