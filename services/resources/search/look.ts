/** Two ways to the first answers: to sort them all, or to walk from the newest on until there are enough. */
import type { Sql } from '@relais/postgres/database';
import type { Bound } from './question.ts';
import { type Asked, rankStep } from './statement.ts';

/** `key` is where the order puts it, smallest first; `chord` its distance in a straight line, in km. */
export type Found = { readonly id: string; readonly key: number; readonly chord: number | null };
export type Key = readonly [number, string];
export type Page = {
  /** It starts after this one. */
  readonly after: Key | undefined;
  readonly limit: number;
};
export type Facet = { readonly facet: string; readonly value: string; readonly count: number };
export type Answers = {
  readonly found: readonly Found[];
  readonly counted: number;
  readonly facets: readonly Facet[];
};

type Looking = Page & {
  /** So many are looked at, in no order: right only when there are no more. */
  readonly most: number | 'all';
  readonly isFaceted?: boolean;
};

/** Sorts answers, and counts them by kind when asked to. */
export async function look(
  sql: Sql,
  { bound: values, joined, roughly, conditions, key, chord }: Asked,
  { after, limit, most, isFaceted = false }: Looking,
): Promise<Answers> {
  const bound = values.copy();
  const { rows } = await sql.query<Answers>(
    `with found as materialized (
       select o.id, ${key} as key, ${chord} as chord,
         o.kind, o.themes, o.publics, o.languages, o.freshness
       from search_entry o ${joined} where ${[...roughly(bound), ...conditions].join(' and ')} limit ${most}
     )
     select (select count(*)::int from found) as counted,
       (select coalesce(json_agg(one), '[]') from (
         select id, key, chord from found ${afterText('key, id', after, bound)}
         order by key, id limit ${bound.bind(limit, 'int')}
       ) one) as found,
       (select coalesce(json_agg(one), '[]') from (${isFaceted ? facets : noFacets}) one) as facets`,
    bound.values,
  );
  return rows[0] ?? { counted: 0, found: [], facets: [] };
}

const noFacets = 'select null where false';
const facets = `
  select 'kinds' as facet, kind as value, count(*) from found group by kind
  union all select 'freshness', freshness, count(*) from found group by freshness
  union all select 'ranks', ceil(key / ${rankStep}::float8)::int::text, count(*) from found group by 2
  ${['themes', 'publics', 'languages']
    .map(
      (list) => `union all select '${list}', value, sum(count)
        from (select ${list}, count(*) from found group by ${list}) one, unnest(${list}) value
        where value <> '' group by value`,
    )
    .join('\n')}
  order by count desc, value`;

const walkMax = 5_000;

/** The latest confirmed of many answers: met soon when one walks from the newest on, so that the rest need not be sorted. */
export async function latest(sql: Sql, asked: Asked, page: Page): Promise<readonly Found[]> {
  const { joined, conditions, chord } = asked;
  const bound = asked.bound.copy();
  const { rows } = await sql.query<{ id: string; key: bigint; chord: number | null }>(
    `select o.id, o.newest as key, ${chord} as chord from (
       select * from search_entry ${afterText('newest, id', page.after, bound)}
       order by newest, id limit ${walkMax}
     ) o ${joined} where ${conditions.join(' and ')} order by o.newest, o.id limit ${bound.bind(page.limit, 'int')}`,
    bound.values,
  );
  if (rows.length === page.limit) return rows.map((row) => ({ ...row, key: Number(row.key) }));
  return (await look(sql, { ...asked, key: 'o.newest' }, { ...page, most: 'all' })).found;
}

const afterText = (columns: string, after: Key | undefined, bound: Bound): string =>
  after === undefined
    ? ''
    : `where (${columns}) > (${bound.bind(after[0], 'bigint')}, ${bound.bind(after[1], 'uuid')})`;
