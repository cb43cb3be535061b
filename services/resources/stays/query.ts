import type { StayFigures } from '@relais/contracts/stay-views';
import type { Sql } from '@relais/postgres/database';
import type { StayRow } from './project.ts';

export type StayFilter = {
  readonly offer?: string | undefined;
  readonly referral?: string | undefined;
  readonly state?: string | undefined;
  /** Only stays that somebody lives in and that end on this day or before. */
  readonly endsBefore?: string | undefined;
  readonly overstaying?: boolean | undefined;
};

/** The first parameter: associations that people stay at, or that keep the place for somebody. Looked up as an array, so that each side has its index. */
const isTheirs = `(stay.association = any($1::uuid[]) or stay.reservation = any(array(
  select held.id from reservation held where held.association = any($1::uuid[]))))`;

/** Stays at these associations, or in places that they keep, in the order they were offered in, after this moment and id. */
export async function listStays(
  sql: Sql,
  associations: readonly string[],
  { offer, referral, state, endsBefore, overstaying }: StayFilter,
  after: readonly [string, string] | undefined,
  limit: number,
): Promise<StayRow[]> {
  const { rows } = await sql.query<StayRow>(
    `select * from stay where ${isTheirs}
       and ($2::timestamptz is null or (offered_at, id) > ($2, $3::uuid))
       and ($4::uuid is null or offer = $4)
       and ($5::uuid is null or referral = $5)
       and ($6::text is null or state = $6)
       and ($7::date is null or (ends_on <= $7 and ended_on is null))
       and ($8::boolean is null or overstaying = $8)
     order by offered_at, id limit $9`,
    [
      associations,
      after?.[0] ?? null,
      after?.[1] ?? null,
      offer ?? null,
      referral ?? null,
      state ?? null,
      endsBefore ?? null,
      overstaying ?? null,
      limit,
    ],
    'resources-stays',
  );
  return rows;
}

/** A stay at one of these associations, or in a place that one keeps; undefined for any other. */
export async function findStay(
  sql: Sql,
  id: string,
  associations: readonly string[],
): Promise<StayRow | undefined> {
  const { rows } = await sql.query<StayRow>(
    `select * from stay where ${isTheirs} and id = $2`,
    [associations, id],
    'resources-stay',
  );
  return rows[0];
}

type Counted = Omit<StayFigures, 'offer' | 'from' | 'to'>;

/** What the stays of an offer come to, in days from the first to the last. */
export async function countStays(
  sql: Sql,
  offer: string,
  from: string,
  to: string,
): Promise<Counted> {
  const { rows } = await sql.query<Counted>(
    `with ended as (
       select * from stay where offer = $1 and ended_on between $2::date and $3::date
     )
     select
       (count(*) filter (where arrived_on is not null and ended_on is null))::int as living,
       (count(*) filter (where state = 'renewal_due'))::int as "renewalDue",
       (count(*) filter (where overstaying))::int as overstaying,
       (count(*) filter (where arrived_on between $2::date and $3::date))::int as arrived,
       (select count(*)::int from ended) as ended,
       (count(*) filter (where state = 'refused'
         and (offered_at at time zone 'Europe/Paris')::date between $2::date and $3::date)
       )::int as refused,
       (select round(avg(ended_on - arrived_on), 1)::float8 from ended) as "meanDays",
       (coalesce(sum(late_renewals) filter (where ended_on is null
         or ended_on between $2::date and $3::date), 0))::int as "lateRenewals",
       (select count(*)::int from ended where overstay_days > 0) as overstays,
       (select coalesce(json_agg(json_build_object('outcome', outcome, 'count', number)
          order by number desc, outcome), '[]')
        from (select outcome, count(*)::int as number from ended group by outcome) as each
       ) as outcomes
     from stay where offer = $1`,
    [offer, from, to],
    'resources-stay-figures',
  );
  const [counted] = rows;
  if (counted === undefined) throw new Error('an aggregate has one row');
  return counted;
}
