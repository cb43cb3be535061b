/** What is well-formed and could still mean nothing: each refused with its field and the way out. */
import { createPublicKey } from 'node:crypto';
import type { PublicKey } from '@relais/contracts/identity';
import type { AssociationId } from '@relais/contracts/ids';
import type { Log } from '@relais/event-log/log';
import { HttpProblem } from '@relais/http/problem';
import { readStanding } from '../registry.ts';

/** A point that is not on the curve has the right form and could never verify anything. */
export function requireUsable(keys: readonly PublicKey[]): void {
  const errors = keys.flatMap((key, index) => {
    try {
      createPublicKey({ key, format: 'jwk' });
      return [];
    } catch {
      const detail = {
        en: 'This is not a public key of its curve.',
        fr: 'Ce n’est pas une clé publique de sa courbe.',
      };
      return [{ pointer: `/keys/${index}`, code: 'unusable-key', detail }];
    }
  });
  if (errors.length > 0) throw new HttpProblem('invalid-request', { errors });
}

/** A remit of a typing error would coordinate nobody, and nobody would notice. Who has left may still be coordinated. */
export async function requireKnown(log: Log, remit: readonly AssociationId[]): Promise<void> {
  const standings = await Promise.all(remit.map((one) => readStanding(log, one)));
  const errors = standings.flatMap((standing, index) =>
    standing === 'unknown'
      ? [{ pointer: `/remit/${index}`, code: 'association-unknown', detail: unknownAssociation }]
      : [],
  );
  if (errors.length > 0) throw new HttpProblem('invalid-request', { errors });
}
const unknownAssociation = {
  en: 'No association of this id is registered: register it first (`POST /v1/associations`), or leave it out.',
  fr: 'Aucune association de cet identifiant n’est inscrite : inscrivez-la d’abord (`POST /v1/associations`), ou retirez-la.',
};
