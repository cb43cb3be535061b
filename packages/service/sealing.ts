import type { PersonId } from '@relais/contracts/ids';
import { type SealedIn, sealEach } from '@relais/contracts/personal';
import { eventId } from '@relais/event-log/event-id';
import { HttpProblem } from '@relais/http/problem';
import { PersonForgotten, type ToSeal, type Vault } from '@relais/vault/vault';

/** Where the personal values of a command will stand: the first event it leads to. */
export type SealingPlace = {
  readonly stream: string;
  readonly commandId: string;
  readonly type: string;
  /** Whose key protects the value at this path of the body. */
  readonly personAt: (path: string) => PersonId;
};

/**
 * The body as the rules take it: every personal value as ciphertext. A retried command gives the same bytes.
 * Throws the problem `person-forgotten`.
 */
export const sealBody = <Body>(
  vault: Vault,
  body: Body,
  { stream, commandId, type, personAt }: SealingPlace,
): Promise<SealedIn<Body>> =>
  sealEach(body, async (values) => {
    const firstEvent = eventId(commandId, 0);
    const texts = values.map(({ plain, path }) => ({
      person: personAt(path),
      category: plain.category,
      plaintext: JSON.stringify(plain.reveal()),
      at: { stream, eventId: firstEvent, type, field: path },
    }));
    return await vault.sealMany(texts).catch((error: unknown) => refuseForgotten(error, texts));
  });

/** Of a person who was forgotten nothing is sealed any more: the problem `person-forgotten`, which names the fields. */
export function refuseForgotten(error: unknown, texts: readonly ToSeal[] = []): never {
  if (!(error instanceof PersonForgotten)) throw error;
  const errors = texts
    .filter(({ person }) => person === error.person)
    .map(({ at }) => ({
      pointer: `/${at.field.replaceAll('.', '/')}`,
      code: 'person-forgotten',
      detail: nothingWritten,
    }));
  throw new HttpProblem('person-forgotten', errors.length > 0 ? { errors } : {});
}

const nothingWritten = {
  en: 'Nothing is written any more about a person who was forgotten. Leave it out: what can still be done goes without. Drafts, notes, entries in the file and access to it end with the person.',
  fr: 'Plus rien n’est écrit sur une personne oubliée. Laissez ce champ vide : ce qui reste possible s’en passe. Brouillons, notes, ajouts au dossier et accès exceptionnels prennent fin avec la personne.',
};

/** Like `sealBody`, under the key of the first of these persons who was not forgotten: work for the others goes on. */
export async function sealForOneOf<Body>(
  vault: Vault,
  body: Body,
  place: Omit<SealingPlace, 'personAt'>,
  persons: readonly PersonId[],
): Promise<SealedIn<Body>> {
  let forgotten: unknown;
  for (const person of persons) {
    try {
      return await sealBody(vault, body, { ...place, personAt: () => person });
    } catch (error) {
      if (!(error instanceof HttpProblem)) throw error;
      forgotten = error;
    }
  }
  throw forgotten;
}
