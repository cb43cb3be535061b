import { z } from 'zod';
import { PersonId } from './ids.ts';

/** What kind of personal data: consent is given, and keys are kept and destroyed, per category. */
export const Category = z.enum([
  'identity',
  'contact',
  'administrative',
  'health',
  'housing',
  'family',
  'social',
]);
export type Category = z.infer<typeof Category>;

/** What z.base64url() accepts too, but by decoding each text: a replay reads millions of them. */
const base64url = /^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2,3})?$/;

/**
 * Personal data as it stands in an event or a row: ciphertext of the vault under the key of this person and
 * category. `text` is base64url of nonce, ciphertext and tag (AES-256-GCM); it opens only together with the
 * stream, event id, event type and field it was sealed for.
 */
export const Sealed = z.object({
  person: PersonId,
  category: Category,
  text: z.stringFormat('base64url', base64url).max(60_000),
});
export type Sealed = z.infer<typeof Sealed>;
