import { type Element, elementOf, fitted } from '../imports/documents.ts';
import type { Format, Found, Document as Staging } from '../imports/format.ts';
import { type Document, readService, readStructure } from './read.ts';
import { cut, lengthened } from './short-words.ts';

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
export function documentOf(given: Element, list: string): Staging {
  const isService = list === 'services' || 'structure_id' in given;
  const { texts, findings } = textsIn(given);
  const told = { ...given, ...texts };
  const document = isService
    ? fitted('offer', 'data-inclusion/service', told, given.structure_id)
    : fitted('organisation', 'data-inclusion/structure', told, given.id);
  return { ...document, findings: [...findings, ...document.findings] };
}

/** What the schema wants, and neither shorter nor longer: it is cut, or says that it is short. */
function textsIn(given: Element) {
  const texts: { [field: string]: string } = {};
  const findings: Found[] = [];
  for (const field of ['nom', 'description'] as const) {
    const text = given[field];
    if (typeof text !== 'string' || text.trim() === '') continue;
    texts[field] = cut(lengthened(text, field), field);
    if (texts[field].length < text.length) findings.push({ field, code: 'text-shortened' });
  }
  return { texts, findings };
}
