/** Where in the terms of an offer the codes of each list of HSDS's taxonomies stand, as SQL/JSON paths. */
import {
  isOfValues,
  type LinkType,
  linkOf,
  linksOfTaxonomy,
  terms,
  type ValueType,
} from '../hsds/taxonomies.ts';

const places: { readonly [link in LinkType | ValueType]: string } = {
  theme: '$.themes[*]',
  public: '$.publics[*]',
  'service-type': '$.serviceType',
  'reception-mode': '$.receptionModes[*]',
  'mobilisation-mode': '$.mobilisation.modes[*]',
  mobiliser: '$.mobilisation.by[*]',
  'mobilisation-link': '$.mobilisation.link',
  'weekly-hours': '$.weeklyHours',
  weeks: '$.weeks',
  // Of organisations.
  network: '$.networks[*]',
};

const anything = (link: LinkType | ValueType): string => `${places[link]} ? (@ != null)`;

/** One of these paths is there in what is described with this term; none for a term that is not there. */
export function pathsOfTerm(id: string): string[] {
  const term = terms.find((one) => one.id === id);
  if (term === undefined) return [];
  if (isOfValues(term.taxonomy)) return [anything(term.code as ValueType)];
  const link = linkOf(term.taxonomy);
  return link === undefined ? [] : [`${places[link]} ? (@ == ${JSON.stringify(term.code)})`];
}

/** … with some term of this taxonomy. */
export const pathsOfTaxonomy = (id: string): string[] => linksOfTaxonomy(id).map(anything);
