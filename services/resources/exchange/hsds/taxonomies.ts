import { readFileSync } from 'node:fs';
import { derivedId } from '@relais/event-log/event-id';

/** The lists of data·inclusion that describe services, as HSDS taxonomies. `linkType` is what an attribute says of it. */
const lists = [
  { name: 'thematiques', linkType: 'theme', title: 'Thématiques' },
  { name: 'publics', linkType: 'public', title: 'Publics' },
  { name: 'types-de-services', linkType: 'service-type', title: 'Types de services' },
  { name: 'modes-accueil', linkType: 'reception-mode', title: 'Modes d’accueil' },
  { name: 'modes-mobilisation', linkType: 'mobilisation-mode', title: 'Modes de mobilisation' },
  { name: 'personnes-mobilisatrices', linkType: 'mobiliser', title: 'Personnes mobilisatrices' },
] as const;
export type LinkType = (typeof lists)[number]['linkType'];

/** What we say of services and organizations that is a value, not a code: tables want a term for each attribute. */
const valued = {
  network: 'Réseau porteur',
  'mobilisation-link': 'Lien de mobilisation',
  'weekly-hours': 'Volume horaire hebdomadaire',
  weeks: 'Nombre de semaines',
} as const;
export type ValueType = keyof typeof valued;

export type Taxonomy = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly uri: string;
  readonly version: string;
};
export type Term = {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly description: string;
  readonly taxonomy: string;
  readonly taxonomy_id: string;
  readonly parent_id?: string;
  readonly language: string;
};

const ofLists = lists.map(({ name, title }) => ({
  id: derivedId('hsds-taxonomy', name),
  name: `data-inclusion:${name}`,
  description: `${title} (data·inclusion, schéma v1)`,
  uri: 'https://github.com/gip-inclusion/data-inclusion-schema',
  version: 'v1',
}));
const ofValues: Taxonomy = {
  id: derivedId('hsds-taxonomy', 'valeurs'),
  name: 'relais:valeurs',
  description: 'Ce qui est dit par une valeur plutôt que par un code',
  uri: 'https://github.com/gip-inclusion/data-inclusion-schema',
  version: 'v1',
};
export const taxonomies: readonly Taxonomy[] = [...ofLists, ofValues];

const byLink: ReadonlyMap<LinkType, ReadonlyMap<string, Term>> = new Map(
  lists.map(({ name, linkType }, index) => {
    const { id: taxonomy_id, name: taxonomy } = ofLists[index] as Taxonomy;
    return [linkType, new Map(read(name).map((entry) => [entry.value, term(entry)]))] as const;

    function term({ value, label, description }: Listed): Term {
      return {
        id: derivedId('hsds-term', name, value),
        code: value,
        name: label,
        description: description ?? label,
        taxonomy,
        taxonomy_id,
        language: 'fr',
      };
    }
  }),
);

const byValue: ReadonlyMap<string, Term> = new Map(
  Object.entries(valued).map(([code, name]) => [
    code,
    {
      ...{ id: derivedId('hsds-term', 'valeurs', code), code, name, description: name },
      ...{ taxonomy: ofValues.name, taxonomy_id: ofValues.id, language: 'fr' },
    },
  ]),
);

export const terms: readonly Term[] = [...byLink.values(), byValue].flatMap((list) => [
  ...list.values(),
]);

/** The term of a code; undefined for a code of an earlier or later list. */
export const termOf = (link: LinkType, code: string): Term | undefined =>
  byLink.get(link)?.get(code);

/** The term under which a value stands. */
export const termOfValue = (type: ValueType): Term => byValue.get(type) as Term;

/** What an attribute of some other producer says, if it is about one of our lists. */
export const linkOf = (taxonomy: string | undefined): LinkType | undefined =>
  lists[ofLists.findIndex(({ name }) => name === taxonomy)]?.linkType;

/** Whether a term only tells what its attribute's value is about. */
export const isOfValues = (taxonomy: string | undefined): boolean => taxonomy === ofValues.name;

type Listed = {
  readonly value: string;
  readonly label: string;
  readonly description: string | null;
};
function read(name: string): Listed[] {
  const file = new URL(`../schemas/data-inclusion/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Listed[];
}

/** The lists of which a taxonomy has the codes; none for one that is not there. */
export const linksOfTaxonomy = (id: string): (LinkType | ValueType)[] =>
  id === ofValues.id
    ? (Object.keys(valued) as ValueType[])
    : lists.filter((_, index) => ofLists[index]?.id === id).map(({ linkType }) => linkType);
