import { derivedId } from '@relais/event-log/event-id';
import type { ExportedOffer } from '../exported.ts';
import { type LinkType, type Term, termOf, termOfValue, type ValueType } from './taxonomies.ts';

type Document = Record<string, unknown>;

/** What codes and values say of a service. */
export function attributesOf({ id, terms }: ExportedOffer): Document[] {
  const { mobilisation, weeklyHours, weeks } = terms;
  const of = { linkId: id, entity: 'service' };
  const coded: readonly (readonly [LinkType, readonly string[]])[] = [
    ['theme', terms.themes],
    ['public', terms.publics],
    ['service-type', terms.serviceType === null ? [] : [terms.serviceType]],
    ['reception-mode', terms.receptionModes],
    ['mobilisation-mode', mobilisation.modes],
    ['mobiliser', mobilisation.by],
  ];
  const values: readonly (readonly [ValueType, string | number | null])[] = [
    ['mobilisation-link', mobilisation.link],
    ['weekly-hours', weeklyHours],
    ['weeks', weeks],
  ];
  return [
    ...coded.flatMap(([link, codes]) => codes.flatMap((code) => termed(of, link, code))),
    ...values.flatMap(([type, value]) => (value === null ? [] : [said(of, type, String(value))])),
  ];
}

type Of = { readonly linkId: string; readonly entity: string };

const attributeOf = (
  { linkId, entity }: Of,
  { link, term, value }: { readonly link: string; readonly term: Term; readonly value: string },
): Document => ({
  id: derivedId('hsds-attribute', linkId, link, value),
  link_id: linkId,
  link_entity: entity,
  link_type: link,
  value,
  taxonomy_term_id: term.id,
  taxonomy_term: term,
});

/** A value, under the term that tells what it is about. */
export const said = (of: Of, type: ValueType, value: string): Document =>
  attributeOf(of, { link: type, term: termOfValue(type), value });

function termed(of: Of, link: LinkType, code: string): Document[] {
  const term = termOf(link, code);
  return term === undefined ? [] : [attributeOf(of, { link, term, value: code })];
}
