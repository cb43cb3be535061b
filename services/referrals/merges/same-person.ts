import type { Identity } from '@relais/contracts/cases';
import { normaliseBirthDate, normaliseName } from '@relais/vault/normalise';

/** Somebody of a file; without an identity who was forgotten. */
export type Named = {
  readonly person: string;
  readonly isMain: boolean;
  readonly identity: Pick<Identity, 'givenName' | 'familyName' | 'birthDate'> | null;
};

/**
 * Who of the other one of two merged files is this person: who has the same name, and no other birth date. Nobody of
 * that name: where the files are of one person (and not only of one household), the main persons are the same
 * whatever they are called, unless the other one is somebody else here.
 */
export function sameInOther(
  person: string,
  here: readonly Named[],
  other: readonly Named[],
  reason: string,
): readonly string[] {
  const one = here.find((each) => each.person === person);
  if (one === undefined) return [];
  const alike = other.filter((each) => isAlike(one, each));
  if (alike.length > 0) return alike.map((each) => each.person);
  if (!one.isMain || reason === 'same_household') return [];
  return other
    .filter((each) => each.isMain && !here.some((mine) => isAlike(mine, each)))
    .map((each) => each.person);
}

function isAlike({ identity: one }: Named, { identity: other }: Named): boolean {
  if (one === null || other === null) return false;
  const name = nameOf(one);
  if (name === '' || name !== nameOf(other)) return false;
  // As far as both are known: a year agrees with a day in it.
  const [born, bornToo] = [one, other].map(({ birthDate }) => normaliseBirthDate(birthDate ?? ''));
  return born?.startsWith(bornToo ?? '') === true || bornToo?.startsWith(born ?? '') === true;
}

const nameOf = ({ givenName, familyName }: NonNullable<Named['identity']>): string =>
  normaliseName(`${givenName} ${familyName ?? ''}`);
