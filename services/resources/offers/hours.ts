/** A site with the hours it states; null for none. */
export type SiteHours = { readonly id: string; readonly terms: { readonly hours: string | null } };

/** Hours in OpenStreetMap's words; `site` is whose they are, null for the offer's own. */
export type HoursThere = { readonly site: string | null; readonly hours: string };

/** When an offer can be had: when it says so itself or, where it says nothing, while its sites are open. */
export function hoursOf(own: string | null, sites: readonly SiteHours[]): HoursThere[] {
  if (own !== null) return [{ site: null, hours: own }];
  return sites.flatMap(({ id: site, terms: { hours } }) =>
    hours === null ? [] : [{ site, hours }],
  );
}
