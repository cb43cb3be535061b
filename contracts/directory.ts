/** The directory: organisations and their sites, members of the platform or not. Events: directory-events.ts. */
import { z } from 'zod';
import { AssociationKind, CommuneCode, LanguageTag } from './associations.ts';
import type { Immutable } from './event-contract.ts';
import { describeOrganisation, describeSite } from './examples.ts';
import { AssociationId, OrganisationId } from './ids.ts';
import { personal } from './personal.ts';
import { Code, Day, dialled, text } from './values.ts';

/** A page one may open: http or https, nothing that a browser would run. */
export const WebAddress = z.url({ protocol: /^https?$/, hostname: z.regexes.domain }).max(2_083);

/** Opening hours as OpenStreetMap writes them: `Mo-Fr 09:00-12:00; PH off`. */
export const Hours = text(1_000);

const Phone = text(40);
/** Whom one calls or writes to. Sealed in events; shown to a member who asks, and each showing is recorded. */
export const ContactPoint = z
  .strictObject({
    name: text(200).nullable(),
    phone: Phone.nullable(),
    email: z.email().max(254).nullable(),
  })
  .meta({ id: 'ContactPoint' });
export type ContactPoint = z.infer<typeof ContactPoint>;
/** As bodies take it: stricter than what is sealed already. */
const GivenContactPoint = ContactPoint.extend({ phone: dialled(Phone).nullable() }).meta({
  id: 'GivenContactPoint',
});

/** Where an entry was read. Such an entry is a mirror: only the next import of its source changes it. */
export const Source = z
  .strictObject({
    /** Name of the source, as `dora` or `hsds:example.org`. */
    name: text(120),
    /** The entry's own identifier there. */
    id: text(500),
    url: WebAddress.nullable(),
    licence: text(200).nullable(),
    /** The day the source says that it was last changed. */
    updatedOn: Day.nullable(),
  })
  .meta({ id: 'Source' });
export type Source = Immutable<z.infer<typeof Source>>;

/** WGS 84, degrees. */
export const Coordinates = z
  .strictObject({
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
  })
  .meta({ id: 'Coordinates' });
export type Coordinates = z.infer<typeof Coordinates>;

/** `commune` is the INSEE code, which says department and region; `locality` what is written on a letter. */
export const Address = z
  .strictObject({
    street: text(500).nullable(),
    complement: text(500).nullable(),
    postalCode: z
      .string()
      .regex(/^\d{5}$/)
      .nullable(),
    locality: text(200).nullable(),
    commune: CommuneCode.nullable(),
  })
  .meta({ id: 'Address' });
export type Address = Immutable<z.infer<typeof Address>>;

const name = text(200);
const long = text(10_000);
const translations = z
  .record(LanguageTag, z.strictObject({ name: name.optional(), description: long.optional() }))
  .refine((byLanguage) => Object.keys(byLanguage).length <= 50, { error: 'at most 50 languages' });

/** What an entry says of an organisation. */
export const organisationTerms = {
  name,
  shortName: text(80).nullable(),
  description: long.nullable(),
  /** In which language the words are written. */
  language: LanguageTag,
  website: WebAddress.nullable(),
  siret: z
    .string()
    .regex(/^\d{14}$/)
    .nullable(),
  /** Networks that carry it: data·inclusion's `reseaux_porteurs`. */
  networks: z.array(Code).max(20),
  /** The member of the platform that it is, if it is one. */
  member: AssociationId.nullable(),
  parent: OrganisationId.nullable(),
  translations,
};

/** What an entry says of a site. */
export const siteTerms = {
  name,
  description: long.nullable(),
  language: LanguageTag,
  address: Address.nullable(),
  coordinates: Coordinates.nullable(),
  hours: Hours.nullable(),
  /** Page of Acceslibre that says who can get in. */
  accessibility: WebAddress.nullable(),
  translations,
};

/**
 * Whom to ask: sealed before anything is kept. Left out, a change leaves it as it is; null takes it away, and what was
 * kept of it is destroyed.
 */
export const contact = personal('contact', GivenContactPoint).nullable().optional();

/** `POST /v1/organisations`, and `/change`: the whole entry as it stands from now on. */
export const DescribeOrganisation = z
  .strictObject({
    ...organisationTerms,
    shortName: organisationTerms.shortName.default(null),
    kind: AssociationKind.default('association'),
    description: organisationTerms.description.default(null),
    language: organisationTerms.language.default('fr'),
    website: organisationTerms.website.default(null),
    siret: organisationTerms.siret.default(null),
    networks: organisationTerms.networks.default([]),
    member: organisationTerms.member.default(null),
    parent: organisationTerms.parent.default(null),
    translations: translations.default({}),
    contact,
  })
  .meta({ id: 'DescribeOrganisation', examples: [describeOrganisation] });
export type DescribeOrganisation = Immutable<z.output<typeof DescribeOrganisation>>;

/** `POST /v1/organisations/:id/sites`, and `/sites/:id/change`. */
export const DescribeSite = z
  .strictObject({
    ...siteTerms,
    description: siteTerms.description.default(null),
    language: siteTerms.language.default('fr'),
    address: siteTerms.address.default(null),
    coordinates: siteTerms.coordinates.default(null),
    hours: siteTerms.hours.default(null),
    accessibility: siteTerms.accessibility.default(null),
    translations: translations.default({}),
    contact,
  })
  .meta({ id: 'DescribeSite', examples: [describeSite] });
export type DescribeSite = Immutable<z.output<typeof DescribeSite>>;
