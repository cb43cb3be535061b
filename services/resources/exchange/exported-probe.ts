/** What exports say, made comparable. */
const ownNames =
  /(?:^|_)id$|^(?:source|date_maj|lien_source|score_qualite|last_modified|assured_date)$/;
/** What documents say, whoever they are from: without names and dates of their own. */
export const told = (documents: readonly object[]): string[] =>
  documents
    .map((document) =>
      JSON.stringify(document, (key, value) => (ownNames.test(key) ? undefined : value)),
    )
    .sort();
/** Where they are is left aside: a place of somebody else's at which they offer something becomes one of the copy's own. */
export const entitled = (structures: readonly { readonly [field: string]: unknown }[]): string[] =>
  structures
    .map(({ nom, description, site_web, siret, reseaux_porteurs }) =>
      JSON.stringify([nom, description, site_web, siret, reseaux_porteurs]),
    )
    .sort();

/** Our score is not in the schema. */
export type Scored = { readonly score_qualite: number };
export const withoutScore = ({ score_qualite: _, ...service }: Scored & object) => service;
