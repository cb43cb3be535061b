import { derivedId } from '@relais/event-log/event-id';
import { hoursOf } from '../../offers/hours.ts';
import type { ExportedOffer, ExportedOrganisation, ExportedSite, Whole } from '../exported.ts';
import { uriOf } from '../uri.ts';
import { attributesOf, said } from './attributes.ts';
import { schedulesOf } from './schedules.ts';

type Document = Record<string, unknown>;

/** HSDS's `organization` with what is one to one; contacts are revealed on request only. */
export function organizationOf({ id, terms }: ExportedOrganisation): Document {
  return present({
    id,
    name: terms.name,
    alternate_name: terms.shortName,
    description: terms.description ?? '',
    website: uriOf(terms.website),
    legal_status: terms.kind,
    parent_organization_id: terms.parent,
  });
}

/** … with everything, its services aside. */
export function fullOrganizationOf(
  organisation: ExportedOrganisation,
  sites: readonly ExportedSite[],
): Document {
  const { id, terms } = organisation;
  const of = { linkId: id, entity: 'organization' };
  return present({
    ...organizationOf(organisation),
    locations: sites.map(locationOf),
    organization_identifiers: terms.siret === null ? [] : [siret(id, terms.siret)],
    attributes: terms.networks.map((code) => said(of, 'network', code)),
  });
}

const siret = (of: string, identifier: string): Document => ({
  id: derivedId('hsds-siret', of),
  identifier_scheme: 'FR-SIRET',
  identifier_type: 'SIRET',
  identifier,
});

export function locationOf({ id, terms }: ExportedSite): Document {
  const { address, coordinates, accessibility } = terms;
  const isPhysical = address !== null || coordinates !== null;
  return present({
    id,
    location_type: isPhysical ? 'physical' : 'virtual',
    name: terms.name,
    description: terms.description,
    latitude: coordinates?.latitude,
    longitude: coordinates?.longitude,
    external_identifier: address?.commune,
    external_identifier_type: address?.commune == null ? null : 'INSEE',
    addresses: address === null ? [] : [addressOf(id, address)],
    schedules: schedulesOf(terms.hours, id),
    accessibility:
      accessibility === null
        ? []
        : [{ id: derivedId('hsds-accessibility', id), url: uriOf(accessibility) }],
  });
}

const addressOf = (of: string, address: NonNullable<ExportedSite['terms']['address']>): Document =>
  present({
    id: derivedId('hsds-address', of),
    address_1: address.street ?? '',
    address_2: address.complement,
    city: address.locality ?? '',
    state_province: departmentOf(address.commune ?? address.postalCode ?? ''),
    postal_code: address.postalCode ?? '',
    country: 'FR',
    address_type: 'physical',
  });

/** Two characters, three overseas. */
const departmentOf = (code: string): string => code.slice(0, code.startsWith('97') ? 3 : 2);

/** HSDS's `service` with what is one to one. */
export function listedServiceOf({ offer, organisation }: Omit<Whole, 'sites'>): Document {
  const { terms } = offer;
  return present({
    id: offer.id,
    name: terms.title,
    description: terms.description,
    url: uriOf(terms.url),
    status: statusOf(offer),
    application_process: terms.mobilisation.detail,
    fees_description: terms.cost.detail,
    eligibility_description: terms.publicsDetail,
    assured_date: offer.confirmedAt.slice(0, 10),
    last_modified: offer.changedAt,
    organization: organizationOf(organisation),
  });
}

export const statusOf = ({ state }: { readonly state: string }): string =>
  state === 'suspended' ? 'temporarily closed' : 'active';

/** … with everything, as `/services/{id}` gives it. */
export function fullServiceOf({ offer, organisation, sites }: Whole): Document {
  const { id, terms } = offer;
  return present({
    ...listedServiceOf({ offer, organisation }),
    schedules: schedulesOf(terms.hours, id),
    service_areas: [...new Set([...terms.zones, ...terms.communes])].map((zone) => area(id, zone)),
    service_at_locations: sites.map((site) => atLocation(offer, site)),
    languages: terms.languages.map((code) => language(id, code)),
    cost_options: costs(id, terms.cost.fee),
    required_documents: (terms.accessConditions ?? '')
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((document, index) => ({ id: derivedId('hsds-document', id, index), document })),
    attributes: attributesOf(offer),
  });
}

export const atLocationId = (service: string, location: string): string =>
  derivedId('hsds-service-at-location', service, location);

/** HSDS's `service_at_location`, with the service as it is given. */
export const serviceAtLocationOf = (
  offer: ExportedOffer,
  site: ExportedSite,
  service: Document,
): Document => ({ ...atLocation(offer, site), service });

/** Hours of the site are told where they count for the service, and not as the service's own. */
function atLocation({ id: service, terms }: ExportedOffer, site: ExportedSite): Document {
  const id = atLocationId(service, site.id);
  const there = hoursOf(terms.hours, [site]).filter((hours) => hours.site !== null);
  return {
    id,
    location: locationOf(site),
    schedules: there.flatMap(({ hours }) => schedulesOf(hours, id)),
  };
}

const area = (of: string, zone: string): Document => ({
  id: derivedId('hsds-area', of, zone),
  name: zone === 'france' ? 'France' : `INSEE ${zone}`,
  extent: zone,
  extent_type: 'INSEE',
});

const languageNames = new Intl.DisplayNames(['en'], { type: 'language' });
const language = (of: string, code: string): Document => ({
  id: derivedId('hsds-language', of, code),
  name: languageName(code),
  code,
});

/** A tag that may be well-formed for us and not for Intl, as `fr-be-lu`, is its own name. */
function languageName(code: string): string {
  try {
    return languageNames.of(code) ?? code;
  } catch {
    return code;
  }
}

function costs(of: string, fee: string | null): Document[] {
  if (fee === null) return [];
  const id = derivedId('hsds-cost', of);
  return [present({ id, option: fee, ...(fee === 'gratuit' && { amount: 0, currency: 'EUR' }) })];
}

/** Without what is not known: HSDS's schemas allow no null. */
const present = (document: Document): Document =>
  Object.fromEntries(
    Object.entries(document).filter(([, value]) => value !== null && value !== undefined),
  );
