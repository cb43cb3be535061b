/** What is asked of what is public, as conditions in SQL. */
import type { Coordinates } from '@relais/contracts/directory';
import { plainText } from '../../search/plain.ts';
import { chordOf, positionOf } from '../../search/position.ts';
import { Bound } from '../../search/question.ts';

export type OrganisationFilter = {
  readonly search?: string | undefined;
  /** Paths in the terms (SQL/JSON): each lists some of which one must be there. */
  readonly described?: readonly (readonly string[])[] | undefined;
};
export type OfferFilter = OrganisationFilter & {
  /** It is exported as of one of these. */
  readonly organisations?: readonly string[] | undefined;
  readonly changedSince?: string | undefined;
  /** Zones, of which it is for one or for everywhere. */
  readonly covering?: readonly string[] | undefined;
};
/** At most this far. */
export type Near = { readonly centre: Coordinates; readonly metres: number };

export type Conditions = { readonly conditions: string; readonly bound: Bound };

/**
 * On rows of `public_offer`, as `offer`. `keepers` are the associations of which the filter's organisations may be: known
 * when the statement is planned, an index is used for them.
 */
export function offerConditions(filter: OfferFilter, keepers: readonly string[]): Conditions {
  const { search, organisations, described = [], changedSince, covering } = filter;
  const bound = new Bound();
  const conditions = ['true'];
  const isFound = (condition: string) =>
    conditions.push(`offer.id in (select o.offer from exported_offer o where ${condition})`);
  if (search !== undefined) isFound(`o.document @@ ${wordsIn(search, bound)}`);
  if (organisations !== undefined) {
    const ids = bound.bind(organisations, 'uuid[]');
    // The first condition has no index, the second has.
    conditions.push(`offer.publisher = any (${ids}) and (offer.organisation = any (${ids})
      or offer.association = any (${bound.bind(keepers, 'uuid[]')}))`);
  }
  conditions.push(...described.map((paths) => isDescribed('offer', paths, bound)));
  if (changedSince !== undefined) {
    conditions.push(`offer.changed_at >= ${bound.bind(changedSince, 'timestamptz')}`);
  }
  if (covering !== undefined) {
    isFound(`o.covers && ${bound.bind([...covering, 'france'], 'text[]')}`);
  }
  return { conditions: conditions.join(' and '), bound };
}

/** On rows of `public_organisation`, as `named`. */
export function organisationConditions(filter: OrganisationFilter): Conditions {
  const { search, described = [] } = filter;
  const bound = new Bound();
  const conditions = ['true'];
  if (search !== undefined) conditions.push(`named.document @@ ${wordsIn(search, bound)}`);
  for (const paths of described) {
    // It is described so itself, or something that it offers is.
    conditions.push(`(${isDescribed('named', paths, bound)} or exists (
      select from public_offer offer where offer.publisher = named.id
      and ${isDescribed('offer', paths, bound)}))`);
  }
  return { conditions: conditions.join(' and '), bound };
}

/** On rows of `site`. */
export function nearness({ centre, metres }: Near, bound: Bound): string {
  const position = bound.bind(positionOf(centre), 'public.cube');
  const chord = bound.bind(chordOf(metres / 1_000), 'float8');
  return `exists (select from search_site s where s.place = site.id::text
    and s.position operator(public.<->) ${position} <= ${chord})`;
}

const wordsIn = (search: string, bound: Bound): string =>
  `plainto_tsquery('pg_catalog.french', ${bound.bind(plainText(search), 'text')})`;

/** One by one: an index is used for each path, and for none of an array. */
const isDescribed = (row: string, paths: readonly string[], bound: Bound): string =>
  `(${paths.map((path) => `${row}.terms @? ${bound.bind(path, 'jsonpath')}`).join(' or ') || 'false'})`;
