import type { CaseId, PersonId } from '@relais/contracts/ids';
import type { Log } from '@relais/event-log/log';
import { HttpProblem } from '@relais/http/problem';
import { readCaseFacts } from './stored.ts';

/**
 * A text that an action must carry is missing only where everybody whom it could be about was forgotten: nothing is
 * written of them any more, and what has to be done goes on. Throws `invalid-request`, which names the field.
 */
export async function requireText(
  field: 'text' | 'reason',
  body: object,
  isAnybodyKnown: () => boolean | Promise<boolean>,
): Promise<void> {
  const isMissing = field in body && (body as { [field: string]: unknown })[field] === null;
  if (!isMissing || !(await isAnybodyKnown())) return;
  throw new HttpProblem('invalid-request', {
    errors: [{ pointer: `/${field}`, code: 'required', detail }],
  });
}

const detail = {
  en: 'Say it in words. It is left out only where everybody it could be about was forgotten.',
  fr: 'À dire en quelques mots. Ce champ ne reste vide que si toutes les personnes concernées ont été oubliées.',
};

/** Whether the case still knows one of these persons. */
export async function isAnybodyKnown(
  log: Log,
  file: { readonly case: CaseId; readonly persons: readonly PersonId[] },
): Promise<boolean> {
  const facts = await readCaseFacts(log, file.case);
  return file.persons.some((person) => facts?.persons.includes(person));
}
