import { elementOf, fitted } from '../imports/documents.ts';
import type { Format, Document as Staging } from '../imports/format.ts';
import { type Document, readService, readStructure } from './read.ts';

/** data·inclusion, schema v1: structures and services, in any order. */
export const dataInclusion: Format = {
  documents(read) {
    const element = elementOf(read);
    if ('refused' in element) return [element.refused];
    return [documentOf(element.given, read.list)];
  },
  group({ organisation: structure, offers: services }, communes, noteOf) {
    const given = structure.document as Document;
    const { organisation, site } = readStructure(given, communes, noteOf(structure.seq));
    const read = services.map(({ document, seq }) =>
      readService(document as Document, site, communes, noteOf(seq)),
    );
    const sites = [site, ...read.map((one) => one.site)].filter((one) => one !== undefined);
    return { organisation, sites, offers: read.map(({ offer }) => offer) };
  },
};

/** A service names its structure; the list it stands in tells what a document is that names none. */
export function documentOf(given: { readonly [field: string]: unknown }, list: string): Staging {
  const isService = list === 'services' || 'structure_id' in given;
  return isService
    ? fitted('offer', 'data-inclusion/service', given, given.structure_id)
    : fitted('organisation', 'data-inclusion/structure', given, given.id);
}
