/**
 * The directory: organisations and their sites, members of the platform or not. Public facts only: a contact person
 * is sealed. Written by services/resources. Storage formats: never edit an event schema that has shipped.
 */
import { z } from 'zod';
import { AssociationKind, CommuneCode, LanguageTag } from './associations.ts';
import type { EventContract, EventOf, Immutable } from './event-contract.ts';
import { AssociationId, OrganisationId, SiteId } from './ids.ts';
import { personal } from './personal.ts';
import { Sealed } from './sealed.ts';
import { Code, Day, text } from './values.ts';

/** A page one may open: http or https, nothing that a browser would run. */
export const WebAddress = z.url({ protocol: /^https?$/, hostname: z.regexes.domain }).max(2_083);

/** Opening hours as OpenStreetMap writes them: `Mo-Fr 09:00-12:00; PH off`. */
export const Hours = text(1_000);

/** Whom one calls or writes to. Sealed in events; shown to a member who asks, and each showing is recorded. */
export const ContactPoint = z
  .strictObject({
    name: text(200).nullable(),
    phone: text(40).nullable(),
    email: z.email().max(254).nullable(),
  })
  .meta({ id: 'ContactPoint' });
export type ContactPoint = z.infer<typeof ContactPoint>;

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

const aboutOrganisation = {
  name,
  shortName: text(80).nullable().default(null),
  kind: AssociationKind.default('association'),
  description: long.nullable().default(null),
  website: WebAddress.nullable().default(null),
  siret: z
    .string()
    .regex(/^\d{14}$/)
    .nullable()
    .default(null),
  /** Networks that carry it: data·inclusion's `reseaux_porteurs`. */
  networks: z.array(Code).max(20).default([]),
  /** The member of the platform that it is, if it is one. */
  member: AssociationId.nullable().default(null),
  parent: OrganisationId.nullable().default(null),
  translations: translations.default({}),
};

const aboutSite = {
  name,
  description: long.nullable().default(null),
  address: Address.nullable().default(null),
  coordinates: Coordinates.nullable().default(null),
  hours: Hours.nullable().default(null),
  /** Page of Acceslibre that says who can get in. */
  accessibility: WebAddress.nullable().default(null),
  translations: translations.default({}),
};

const contact = personal('contact', ContactPoint).nullable().default(null);

/** `POST /v1/organisations`, and `/change`: the whole entry as it stands from now on. */
export const DescribeOrganisation = z
  .strictObject({ ...aboutOrganisation, contact })
  .meta({ id: 'DescribeOrganisation' });
export type DescribeOrganisation = Immutable<z.output<typeof DescribeOrganisation>>;

/** `POST /v1/organisations/:id/sites`, and `/sites/:id/change`. */
export const DescribeSite = z.strictObject({ ...aboutSite, contact }).meta({ id: 'DescribeSite' });
export type DescribeSite = Immutable<z.output<typeof DescribeSite>>;

/** `association`: the member that keeps the entry. */
const organisation = { organisation: OrganisationId, association: AssociationId };
const storedOrganisation = {
  ...organisation,
  ...aboutOrganisation,
  kind: Code,
  contact: Sealed.nullable(),
  source: Source.nullable(),
};
const organisationSchemas = {
  'organisation-registered.v1': z.strictObject(storedOrganisation),
  /** The whole entry as it stands from now on; one that was retired is there again. */
  'organisation-changed.v1': z.strictObject(storedOrganisation),
  'organisation-retired.v1': z.strictObject(organisation),
};
/** Events of `organisation-<uuid>`. */
export type OrganisationEvent = EventOf<typeof organisationSchemas>;
export const organisationContract: EventContract<OrganisationEvent> = {
  schemas: organisationSchemas,
  upcasters: {},
};

const site = { site: SiteId, ...organisation };
const storedSite = {
  ...site,
  ...aboutSite,
  contact: Sealed.nullable(),
  source: Source.nullable(),
};
const siteSchemas = {
  'site-registered.v1': z.strictObject(storedSite),
  'site-changed.v1': z.strictObject(storedSite),
  'site-retired.v1': z.strictObject(site),
};
/** Events of `site-<uuid>`. */
export type SiteEvent = EventOf<typeof siteSchemas>;
export const siteContract: EventContract<SiteEvent> = { schemas: siteSchemas, upcasters: {} };
