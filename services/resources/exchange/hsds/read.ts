import { AssociationKind, LanguageTag } from '@relais/contracts/associations';
import {
  MobilisationMode,
  Mobiliser,
  Public,
  ReceptionMode,
  ServiceType,
} from '@relais/contracts/offer-codes';
import { Theme } from '@relais/contracts/themes';
import { Code } from '@relais/contracts/values';
import type { z } from 'zod';
import type { Entry, Note, OfferEntry, OrganisationTerms } from '../described.ts';
import { type Communes, zonesIn } from '../places.ts';
import { offerTerms, organisationTerms } from '../terms.ts';
import { codesOf, dayOf, pageOf, textOf } from '../values.ts';
import { type Reachable, reach } from './reach.ts';
import { type Location, readLocation, type SiteEntry } from './read-location.ts';
import { hoursFrom, type Schedule } from './schedules.ts';
import { isOfValues, linkOf } from './taxonomies.ts';

type Attribute = {
  readonly link_type?: string;
  readonly value?: string;
  readonly taxonomy_term?: {
    readonly code?: string;
    readonly taxonomy?: string;
    readonly taxonomy_detail?: { readonly name?: string };
  };
};

/** Documents that fit the published schemas: what is used of them. */
export type Organization = Reachable & {
  readonly id: string;
  readonly name: string;
  readonly alternate_name?: string;
  readonly description?: string;
  readonly website?: string;
  readonly legal_status?: string;
  readonly locations?: readonly Location[];
  readonly organization_identifiers?: readonly {
    readonly identifier_scheme?: string;
    readonly identifier_type?: string;
    readonly identifier?: string;
  }[];
  readonly attributes?: readonly Attribute[];
};
export type Service = Reachable & {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly description?: string;
  readonly url?: string;
  readonly application_process?: string;
  readonly fees_description?: string;
  readonly eligibility_description?: string;
  readonly last_modified?: string;
  readonly schedules?: readonly Schedule[];
  readonly languages?: readonly { readonly code?: string }[];
  readonly service_areas?: readonly { readonly extent?: string; readonly extent_type?: string }[];
  readonly cost_options?: readonly { readonly option?: string; readonly amount?: number }[];
  readonly required_documents?: readonly { readonly document?: string }[];
  readonly service_at_locations?: readonly { readonly location?: Location }[];
  readonly attributes?: readonly Attribute[];
};

export function readOrganization(
  given: Organization,
  communes: Communes,
  note: Note,
): { organisation: Entry<OrganisationTerms>; sites: SiteEntry[] } {
  const kind = AssociationKind.safeParse(given.legal_status);
  const siret = given.organization_identifiers?.find((one) =>
    /siret/i.test(`${one.identifier_scheme} ${one.identifier_type}`),
  )?.identifier;
  const networks = valuesOf(given.attributes, 'network');
  const terms = organisationTerms({
    name: textOf(given.name, 200, 'name', note) ?? '',
    shortName: textOf(given.alternate_name, 80, 'alternate_name', note),
    // What only repeats the name says nothing: tables want a description.
    description:
      given.description === given.name
        ? null
        : textOf(given.description, 10_000, 'description', note),
    website: pageOf(given.website, 'website', note),
    ...(kind.success && { kind: kind.data }),
    siret: /^\d{14}$/.test(siret ?? '') ? (siret ?? null) : null,
    networks: codesOf(networks, Code, 20, 'attributes', note),
  });
  return {
    organisation: { id: given.id, url: null, updatedOn: null, terms, contact: reach(given, note) },
    sites: (given.locations ?? []).map((location) => readLocation(location, communes, note)),
  };
}

/** A `service`, with the sites it brings. One that is `defunct` is no offer any more: undefined. */
export function readService(
  given: Service,
  communes: Communes,
  note: Note,
): { offer: OfferEntry; sites: SiteEntry[] } | undefined {
  if (given.status === 'defunct') return undefined;
  const locations = given.service_at_locations?.flatMap(({ location }) => location ?? []) ?? [];
  const sites = locations.map((location) => readLocation(location, communes, note));
  const terms = offerTerms({
    title: textOf(given.name, 200, 'name', note) ?? '',
    url: pageOf(given.url, 'url', note),
    hours: hoursFrom(given.schedules ?? [], note),
    ...wordsOf(given, communes, note),
    ...codesIn(given, note),
  });
  const offer = {
    ...{ id: given.id, url: null, updatedOn: dayOf(given.last_modified) },
    terms,
    sites: [...new Set(sites.map(({ id }) => id))].slice(0, 50),
    suspended: given.status !== 'active',
    contact: reach(given, note),
  };
  return { offer, sites };
}

function wordsOf(given: Service, communes: Communes, note: Note) {
  const documents = (given.required_documents ?? [])
    .flatMap(({ document }) => document ?? [])
    .join('\n');
  const languages = (given.languages ?? []).flatMap(({ code }) => code?.toLowerCase() ?? []);
  const zones = (given.service_areas ?? [])
    .filter(({ extent_type: type }) => /^(?:insee|cog|siren)$/i.test(type ?? ''))
    .flatMap(({ extent }) => extent ?? []);
  return {
    description: textOf(given.description, 10_000, 'description', note),
    publicsDetail: textOf(given.eligibility_description, 10_000, 'eligibility_description', note),
    accessConditions: textOf(documents, 10_000, 'required_documents', note),
    ...(languages.length > 0 && {
      languages: codesOf(languages, LanguageTag, 50, 'languages', note),
    }),
    zones: zonesIn(zones, 'service_areas', communes, note),
    cost: {
      fee: feeOf(given.cost_options ?? []),
      detail: textOf(given.fees_description, 10_000, 'fees_description', note),
    },
  };
}

function feeOf(options: NonNullable<Service['cost_options']>): 'gratuit' | 'payant' | null {
  if (options.some(({ option, amount }) => option === 'payant' || (amount ?? 0) > 0)) {
    return 'payant';
  }
  return options.some(({ option, amount }) => option === 'gratuit' || amount === 0)
    ? 'gratuit'
    : null;
}

function codesIn({ attributes, application_process: process }: Service, note: Note) {
  const codes = <Of extends string>(link: string, known: z.ZodType<Of>, max: number) =>
    codesOf(valuesOf(attributes, link), known, max, 'attributes', note);
  const number = (link: string): number => Number(valuesOf(attributes, link)[0] ?? Number.NaN);
  const [weeklyHours, weeks] = [number('weekly-hours'), number('weeks')];
  return {
    themes: codes('theme', Theme, 20),
    publics: codes('public', Public, 15),
    serviceType:
      codes<(typeof ServiceType.options)[number]>('service-type', ServiceType, 1)[0] ?? null,
    receptionModes: codes<(typeof ReceptionMode.options)[number]>(
      'reception-mode',
      ReceptionMode,
      2,
    ),
    mobilisation: {
      modes: codes<(typeof MobilisationMode.options)[number]>(
        'mobilisation-mode',
        MobilisationMode,
        4,
      ),
      by: codes<(typeof Mobiliser.options)[number]>('mobiliser', Mobiliser, 2),
      link: pageOf(valuesOf(attributes, 'mobilisation-link')[0], 'attributes', note),
      detail: textOf(process, 10_000, 'application_process', note),
    },
    weeklyHours: weeklyHours >= 0 && weeklyHours <= 168 ? weeklyHours : null,
    weeks: Number.isInteger(weeks) && weeks >= 1 && weeks <= 520 ? weeks : null,
  };
}

/** Codes by the name of their list where it is one of ours, by the type of the link else. */
const valuesOf = (attributes: readonly Attribute[] | undefined, link: string): string[] =>
  (attributes ?? []).flatMap(({ link_type: type, value, taxonomy_term: term }) => {
    const taxonomy = term?.taxonomy ?? term?.taxonomy_detail?.name;
    if ((linkOf(taxonomy) ?? type) !== link) return [];
    return (isOfValues(taxonomy) ? value : (term?.code ?? value)) ?? [];
  });
