/**
 * Events of organisations and sites. Public facts only: a contact person is sealed. Written by services/resources.
 * Storage formats: never edit a schema that has shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import { organisationTerms, Source, siteTerms } from './directory.ts';
import type { EventContract, EventOf } from './event-contract.ts';
import { AssociationId, OrganisationId, SiteId } from './ids.ts';
import { Sealed } from './sealed.ts';
import { Code } from './values.ts';

/** Null for an entry written here, else a mirror that only its import changes. */
const source = Source.nullable();
/** Of a change: absent where the contact stays as it was. */
const contact = Sealed.nullable();

/** `association`: the member that keeps the entry. */
const organisation = { organisation: OrganisationId, association: AssociationId };
const storedOrganisation = { ...organisation, ...organisationTerms, kind: Code, source };

const organisationSchemas = {
  'organisation-registered.v1': z.strictObject({ ...storedOrganisation, contact }),
  /** The whole entry as it stands from now on; one that was retired is there again. */
  'organisation-changed.v1': z.strictObject({ ...storedOrganisation, contact: contact.optional() }),
  'organisation-contact-forgotten.v1': z.strictObject(organisation),
  'organisation-retired.v1': z.strictObject(organisation),
};
/** Events of `organisation-<uuid>`. */
export type OrganisationEvent = EventOf<typeof organisationSchemas>;
type Registered = Extract<OrganisationEvent, { type: 'organisation-registered.v1' }>;
/** What is known of an organisation, as events and rows have it. */
export type OrganisationTerms = Omit<
  Registered['data'],
  'organisation' | 'association' | 'source' | 'contact'
>;
export const organisationContract: EventContract<OrganisationEvent> = {
  schemas: organisationSchemas,
  upcasters: {},
};

const site = { site: SiteId, ...organisation };
const storedSite = { ...site, ...siteTerms, source };

const siteSchemas = {
  'site-registered.v1': z.strictObject({ ...storedSite, contact }),
  'site-changed.v1': z.strictObject({ ...storedSite, contact: contact.optional() }),
  'site-contact-forgotten.v1': z.strictObject(site),
  'site-retired.v1': z.strictObject(site),
};
/** Events of `site-<uuid>`. */
export type SiteEvent = EventOf<typeof siteSchemas>;
type SiteRegistered = Extract<SiteEvent, { type: 'site-registered.v1' }>;
/** What is known of a site, as events and rows have it. */
export type SiteTerms = Omit<
  SiteRegistered['data'],
  'site' | 'organisation' | 'association' | 'source' | 'contact'
>;
export const siteContract: EventContract<SiteEvent> = { schemas: siteSchemas, upcasters: {} };
