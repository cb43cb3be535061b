import type { AssociationId } from '@relais/contracts/ids';
import type { OfferTerms } from '@relais/contracts/offer-events';
import type { Sql } from '@relais/postgres/database';
import { isOfListed, isVisibleRow } from '../offers/query.ts';
import type { SeriesRow } from './project.ts';
import type { Window } from './recurrence.ts';

/** For whom one looks (`viewersOf`), or whoever passes by. */
export type Viewer = readonly AssociationId[] | 'public';

/** What a series is shown with of its offer. */
type OfferColumns = {
  readonly kind: string;
  readonly offer_title: string;
  readonly offer_state: string;
  /** Of a withdrawn offer, when that was. */
  readonly offer_changed_at: string;
  readonly themes: OfferTerms['themes'];
  readonly communes: OfferTerms['communes'];
};
export type SeriesFound = SeriesRow & OfferColumns;

export type SeriesFilter = {
  readonly series?: string | undefined;
  readonly offer?: string | undefined;
  readonly association?: string | undefined;
  readonly kind?: string | undefined;
  readonly theme?: string | undefined;
  /** Those of withdrawn offers too: who knew them learns that they are over. */
  readonly withWithdrawn?: boolean | undefined;
};

const columns = `series.*, offer.kind, offer.title as offer_title, offer.state as offer_state,
  offer.changed_at as offer_changed_at, offer.terms->'themes' as themes, offer.terms->'communes' as communes`;

/** Series of visible offers that may have a session within the window; those of withdrawn ones where the filter says so. */
export async function seriesWithin(
  sql: Sql,
  viewer: Viewer,
  filter: SeriesFilter,
  { from, until }: Window,
): Promise<SeriesFound[]> {
  const { rows } = await sql.query<SeriesFound>(
    `select ${columns} from series join offer on offer.id = series.offer
     where ${isVisible} and (offer.state <> 'withdrawn' or $9)
       and ($2::uuid is null or series.id = $2)
       and ($3::uuid is null or series.offer = $3)
       and ($4::uuid is null or series.association = $4)
       and ($5::text is null or offer.kind = $5)
       and ($6::text is null or offer.terms->'themes' ? $6)
       and ((first_at < $8 and (last_at is null or last_at >= $7))
         or exists (select from session where session.series = series.id
           and (starts_at >= $7 and starts_at < $8 or original_at >= $7 and original_at < $8)))
     order by series.id`,
    [
      parameterOf(viewer),
      filter.series ?? null,
      filter.offer ?? null,
      filter.association ?? null,
      filter.kind ?? null,
      filter.theme ?? null,
      from.toString(),
      until.toString(),
      filter.withWithdrawn === true,
    ],
    'resources-series-within',
  );
  return rows;
}

/** One series, if the viewer may see its offer. */
export async function findSeries(
  sql: Sql,
  viewer: Viewer,
  id: string,
): Promise<SeriesFound | undefined> {
  const { rows } = await sql.query<SeriesFound>(
    `select ${columns} from series join offer on offer.id = series.offer
     where series.id = $2 and ${isVisible}`,
    [parameterOf(viewer), id],
    'resources-series-one',
  );
  return rows[0];
}

/** Series by id, after this one. */
export async function listSeries(
  sql: Sql,
  viewer: Viewer,
  filter: Pick<SeriesFilter, 'association' | 'offer'>,
  after: string | undefined,
  limit: number,
): Promise<SeriesFound[]> {
  const { rows } = await sql.query<SeriesFound>(
    `select ${columns} from series join offer on offer.id = series.offer
     where ${isVisible} and offer.state <> 'withdrawn'
       and ($2::uuid is null or series.association = $2)
       and ($3::uuid is null or series.offer = $3)
       and ($4::uuid is null or series.id > $4)
     order by series.id limit $5`,
    [parameterOf(viewer), filter.association ?? null, filter.offer ?? null, after ?? null, limit],
    'resources-series',
  );
  return rows;
}

/** Who registered somebody keeps what that was for. */
const isRegistered = `exists (select from registration
  where registration.series = series.id and registration.association = any($1::uuid[]))`;

/** The condition on `offer`: the first parameter is `parameterOf` the viewer. */
const isVisible = `case when $1::uuid[] is null
  then offer.terms->'visibility'->>'to' = 'public' and ${isOfListed('offer')}
  else ${isVisibleRow(1, isRegistered)} end`;

const parameterOf = (viewer: Viewer): readonly string[] | null =>
  viewer === 'public' ? null : viewer;
