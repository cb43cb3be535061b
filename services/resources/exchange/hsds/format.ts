import { type Element, elementOf, fitted } from '../imports/documents.ts';
import type { Document, Format } from '../imports/format.ts';
import { type Organization, readOrganization, readService, type Service } from './read.ts';

/**
 * HSDS 3 in JSON: organizations and services, in any order, the one within the other or each by itself. An organization
 * that stands within a service speaks for itself where the file has it nowhere else.
 */
export const hsds: Format = {
  documents(read) {
    const element = elementOf(read);
    if ('refused' in element) return [element.refused];
    const { given } = element;
    return read.list === 'services' || 'status' in given
      ? serviceDocuments(given, undefined)
      : organizationDocuments(given);
  },
  group({ organisation: organization, offers: services }, communes, noteOf) {
    const given = organization.document as Organization;
    const { organisation, sites } = readOrganization(given, communes, noteOf(organization.seq));
    const read = services.map(({ document, seq }) => {
      const note = noteOf(seq);
      const service = readService(document as Service, communes, note);
      if (service === undefined || service.offer.suspended) note('status', 'not-offered');
      return service;
    });
    const found = read.filter((one) => one !== undefined);
    return {
      organisation,
      sites: [...sites, ...found.flatMap((one) => one.sites)],
      offers: found.map(({ offer }) => offer),
    };
  },
};

function organizationDocuments({ services, ...organization }: Element): Document[] {
  const { id } = organization;
  return [
    fitted('organisation', 'hsds/organization', organization, id),
    ...(Array.isArray(services) ? services : [])
      .filter((service) => typeof service === 'object' && service !== null)
      .flatMap((service) => serviceDocuments(service as Element, id)),
  ];
}

function serviceDocuments({ organization, ...service }: Element, within: unknown): Document[] {
  const embedded =
    typeof organization === 'object' && organization !== null
      ? ({ ...organization } as { readonly [field: string]: unknown })
      : undefined;
  const of = within ?? service.organization_id ?? embedded?.id;
  const own = fitted('offer', 'hsds/service', service, of);
  if (embedded === undefined || within !== undefined) return [own];
  const { services: _, ...alone } = embedded;
  return [own, fitted('embedded', 'hsds/organization', alone, of)];
}
