import type { AssociationId } from '@relais/contracts/ids';
import type { OfferTerms } from '@relais/contracts/offer-events';
import type { SkillTerms } from '@relais/contracts/skills';
import type { Sql } from '@relais/postgres/database';
import { type Communes, loadCommunes } from '../communes/communes.ts';
import type { Desk } from '../desk.ts';
import { ofWorking } from '../exchanges/facts.ts';
import { isOfListed } from '../offers/query.ts';
import { unsaid } from '../search/marks.ts';
import { readersOf } from '../search/question.ts';
import { type Candidate, type Load, type Match, ranked, type Wanted } from './rank.ts';

/** What somebody looks for, as commands and rows tell it. */
export type Sought = Pick<Wanted, 'themes' | 'languages' | 'publics' | 'when'> & {
  readonly commune: string | null;
};
type Looking = {
  readonly association: AssociationId;
  /** Kinds of offers that count; null for all. */
  readonly kinds: readonly string[] | null;
  /** So many skills and so many offers are weighed at most. */
  readonly most?: number;
};

const candidatesMax = 500;
const day = 24 * 3_600_000;
const recentMs = 90 * day;
/** Whoever gave the hours of a month within this many days has none left. */
const monthMs = 30 * day;
const idle: Load = { open: 0, recentHours: 0 };

/** Skills and open offers of other associations that work with cases, as far as they fit, best first. */
export async function matchesFor(
  { log, rows: sql, now }: Pick<Desk, 'log' | 'rows' | 'now'>,
  { commune, ...sought }: Sought,
  { association, kinds, most = candidatesMax }: Looking,
): Promise<Match[]> {
  const communes = await loadCommunes();
  const place = commune === null ? undefined : communes.find(commune);
  const wanted: Wanted = {
    ...sought,
    themes: [...new Set(sought.themes)],
    today: now().toISOString().slice(0, 10),
    at: place?.coordinates ?? null,
    zones: place === undefined ? null : communes.zonesOf(place),
  };
  const ago = (ms: number) => new Date(now().getTime() - ms).toISOString();
  const skills = await skillsOf(sql, communes, {
    ...{ themes: wanted.themes, association, most, since: ago(monthMs) },
  });
  const offers = await offersOf(sql, wanted, { association, kinds, most });
  const found = await ofWorking(log, [...skills, ...offers]);
  const loads = await loadsOf(
    sql,
    [...new Set(found.map((one) => one.association))],
    ago(recentMs),
  );
  return ranked(
    wanted,
    found.map((one) => ({ ...one, load: loads.get(one.association) ?? idle })),
  );
}

async function skillsOf(
  sql: Sql,
  communes: Communes,
  {
    themes,
    association,
    most,
    since,
  }: Pick<Wanted, 'themes'> &
    Pick<Required<Looking>, 'association' | 'most'> & { readonly since: string },
): Promise<Candidate[]> {
  type Row = { id: string; association: string; terms: SkillTerms; endorsements: unknown[] };
  const { rows } = await sql.query<Row>(
    `select id, association, terms, endorsements from skill
     where state = 'open' and association <> $1 and terms->'themes' ?| $2::text[]
       and (terms->'availability'->>'hoursPerMonth')::int > coalesce((
         select sum(coalesce(confirmed, hours)) from exchange
         where provider = skill.association and exchange.skill = skill.id
           and exchange.state in ('agreed', 'disputed', 'done') and exchange.changed_at >= $3), 0)
     order by id limit $4`,
    [association, themes, since, most],
    'resources-match-skills',
  );
  return rows.map(({ id, association: of, terms, endorsements }) => ({
    ...{ kind: 'skill', id, association: of, title: terms.title, themes: terms.themes },
    ...{ publics: terms.publics, languages: terms.languages, radiusKm: terms.radiusKm, zones: [] },
    at: terms.commune === null ? null : (communes.find(terms.commune)?.coordinates ?? null),
    ...{ available: terms.availability, endorsements: endorsements.length, load: idle },
  }));
}

/** Asked of the rows of search, whose index knows where and for whom: a directory has thousands of offers of a theme. */
async function offersOf(
  sql: Sql,
  { themes, at, zones, publics }: Wanted,
  { association, kinds, most }: Required<Looking>,
): Promise<Candidate[]> {
  type Row = { id: string; association: string; title: string; terms: OfferTerms };
  const { rows } = await sql.query<Row>(
    `select id, offer.association, offer.title, terms from offer join search_entry o using (id)
     where o.themes && $2 and o.association <> $1 and (o.audiences && $3) is true
       and ${isOfListed('o')} and ($4::text[] is null or o.kind = any($4))
       and ($5::text[] is null or o.areas && $5) and ($6::text[] is null or o.publics && $6)
     order by id limit $7`,
    [
      ...[association, themes, readersOf({ viewers: [association] }), kinds, zones],
      ...[publics.length > 0 ? [...publics, 'tous-publics', unsaid] : null, most],
    ],
    'resources-match-offers',
  );
  return rows.map(({ id, association: of, title, terms }) => ({
    ...{ kind: 'offer', id, association: of, title, themes: terms.themes, publics: terms.publics },
    ...{ languages: terms.languages, radiusKm: null, endorsements: 0, load: idle },
    // Where it is within a larger zone nobody says.
    at: terms.communes.some((commune) => commune === zones?.[0]) ? at : null,
    ...{ zones: [...terms.communes, ...terms.zones], available: { from: null, until: null } },
  }));
}

/** Open exchanges and questions, and hours given since, by association. */
async function loadsOf(
  sql: Sql,
  associations: readonly string[],
  since: string,
): Promise<ReadonlyMap<string, Load>> {
  const { rows } = await sql.query<{ association: string; open: number; hours: number }>(
    `select association, sum(open)::int as open, sum(hours)::float8 as hours from (
       select provider as association, 0 + (state in ('requested', 'agreed', 'disputed'))::int as open,
         case when confirmed_at >= $2 then confirmed else 0 end as hours
       from exchange where provider = any($1::uuid[])
       union all
       select receiver, (state = 'routed')::int, 0 from question where receiver = any($1::uuid[])
     ) burden group by association`,
    [associations, since],
    'resources-match-loads',
  );
  return new Map(rows.map((row) => [row.association, { open: row.open, recentHours: row.hours }]));
}
