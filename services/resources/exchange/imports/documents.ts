import type { Read } from '../reading/read.ts';
import { fit, type SchemaName } from '../schemas.ts';
import type { Document } from './format.ts';

const idMax = 400;
/** Nested deeper is nothing honest, and more than PostgreSQL and JSON.stringify take. */
const levelsMax = 32;

export type Element = { readonly [field: string]: unknown };

/** What stands in a file at this place as an object, or the refusal of it. */
export function elementOf(read: Read): { given: Element } | { refused: Document } {
  if (read.read === 'record') return { given: read.record };
  if (read.read !== 'bytes') return { refused: refusal(read.read) };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(read.bytes);
    const given = JSON.parse(text) as Element;
    return isDeeper(given, levelsMax) ? { refused: refusal('malformed') } : { given };
  } catch {
    return { refused: refusal('malformed') };
  }
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1)));

const refusal = (code: 'malformed' | 'not-an-entry' | 'too-large'): Document => ({
  ...{ kind: 'entry', id: '', organisation: null, document: null },
  findings: [{ field: '', code }],
});

/** A document as its published schema allows it: what it refuses is left out and noted, or it is refused whole. */
export function fitted(
  kind: Document['kind'],
  schema: SchemaName,
  given: Element,
  organisation: unknown,
): Document {
  const said = { kind, id: idOf(given.id) ?? '', organisation: idOf(organisation) };
  const required = (field: string): Document => ({
    ...{ ...said, document: null },
    findings: [{ field, code: 'required' }],
  });
  if (said.id === '') return required('id');
  const fits = fit(schema, given);
  if (!fits.fits) return required(fits.field);
  const findings = [...new Set(fits.left)].slice(0, 50).map((field) => ({
    ...{ field, code: 'not-as-schema' as const },
  }));
  return { ...said, document: fits.document, findings };
}

/** Identifiers are kept in rows: no control characters, no halves of characters. */
const idOf = (value: unknown): string | null =>
  typeof value === 'string' &&
  value.length <= idMax &&
  /^[^\p{Cc}\p{Cs}]*\S[^\p{Cc}\p{Cs}]*$/u.test(value)
    ? value
    : null;
