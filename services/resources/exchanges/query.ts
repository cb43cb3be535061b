import type { ExchangeState } from '@relais/contracts/exchanges';
import type { Sql } from '@relais/postgres/database';
import type { ExchangeRow } from './project.ts';

export type ExchangeFilter = {
  readonly side?: 'asked' | 'given' | undefined;
  readonly state?: ExchangeState | undefined;
};

/** Exchanges in which one of these associations takes part, latest first, after this moment and id. */
export async function listExchanges(
  sql: Sql,
  associations: readonly string[],
  { side, state }: ExchangeFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<ExchangeRow[]> {
  const { rows } = await sql.query<ExchangeRow>(
    `select * from exchange
     where (($2::text is distinct from 'given' and requester = any($1::uuid[]))
         or ($2::text is distinct from 'asked' and provider = any($1::uuid[])))
       and ($3::text is null or state = $3)
       and ($4::timestamptz is null or (requested_at, id) < ($4, $5::uuid))
     order by requested_at desc, id desc limit $6`,
    [[...associations], side ?? null, state ?? null, after?.[0] ?? null, after?.[1] ?? null, limit],
    'resources-exchanges',
  );
  return rows;
}

/** By id; undefined for one that is not known. */
export async function findExchange(sql: Sql, id: string): Promise<ExchangeRow | undefined> {
  const { rows } = await sql.query<ExchangeRow>(
    'select * from exchange where id = $1',
    [id],
    'resources-exchange',
  );
  return rows[0];
}

export type PairRow = {
  readonly association: string;
  readonly given: number;
  readonly received: number;
};

/** How many hours an association gave to each other one and received from it. */
export async function balanceByPair(
  sql: Sql,
  association: string,
  limit: number,
): Promise<PairRow[]> {
  const { rows } = await sql.query<PairRow>(
    `select association, sum(given)::float8 as given, sum(received)::float8 as received from (
       select requester as association, confirmed as given, 0 as received from exchange
       where provider = $1 and confirmed is not null
       union all
       select provider, 0, confirmed from exchange
       where requester = $1 and confirmed is not null) entry
     group by association order by association limit $2`,
    [association, limit],
    'resources-hours',
  );
  return rows;
}

export type StatementRow = Pick<ExchangeRow, 'id' | 'requester' | 'provider' | 'themes'> & {
  readonly confirmed: number;
  readonly confirmed_at: string;
};

/** Confirmed exchanges of an association within a period, oldest first; `until` is not part of it. */
export async function statementOf(
  sql: Sql,
  association: string,
  { from, until }: { readonly from?: string | undefined; readonly until?: string | undefined },
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<StatementRow[]> {
  const { rows } = await sql.query<StatementRow>(
    `select id, requester, provider, themes, confirmed, confirmed_at from exchange
     where confirmed is not null and (requester = $1 or provider = $1)
       and ($2::timestamptz is null or confirmed_at >= $2)
       and ($3::timestamptz is null or confirmed_at < $3)
       and ($4::timestamptz is null or (confirmed_at, id) > ($4, $5::uuid))
     order by confirmed_at, id limit $6`,
    [association, from ?? null, until ?? null, after?.[0] ?? null, after?.[1] ?? null, limit],
    'resources-statement',
  );
  return rows;
}
