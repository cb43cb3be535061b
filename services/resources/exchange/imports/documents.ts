import type { Read } from '../reading/read.ts';
import { fit, type SchemaName } from '../schemas.ts';
import type { Document } from './format.ts';

const idMax = 400;

export type Element = { readonly [field: string]: unknown };

/** What stands in a file at this place as an object, or the refusal of it. */
export function elementOf(read: Read): { given: Element } | { refused: Document } {
  if (read.read === 'record') return { given: read.record };
  if (read.read !== 'bytes') return { refused: refusal(read.read) };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(read.bytes);
    return { given: JSON.parse(text) as Element };
  } catch {
    return { refused: refusal('malformed') };
  }
}

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
  const refused = (field: string, code: 'required' | 'malformed'): Document => ({
    ...{ ...said, document: null },
    findings: [{ field, code }],
  });
  if (said.id === '') return refused('id', 'required');
  try {
    const fits = fit(schema, given);
    if (!fits.fits) return refused(fits.field, 'required');
    const findings = [...new Set(fits.left)].slice(0, 50).map((field) => ({
      ...{ field, code: 'not-as-schema' as const },
    }));
    return { ...said, document: fits.document, findings };
  } catch (error) {
    // Nested deeper than anything honest.
    if (error instanceof RangeError) return refused('', 'malformed');
    throw error;
  }
}

/** Identifiers are kept in rows: no control characters, no halves of characters. */
const idOf = (value: unknown): string | null =>
  typeof value === 'string' &&
  value.length <= idMax &&
  /^[^\p{Cc}\p{Cs}]*\S[^\p{Cc}\p{Cs}]*$/u.test(value)
    ? value
    : null;
