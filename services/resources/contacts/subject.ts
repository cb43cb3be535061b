import { PersonId } from '@relais/contracts/ids';
import { derivedId } from '@relais/event-log/event-id';
import type { SealingPlace } from '@relais/service/sealing';

/**
 * Where a contact will stand, and whose key protects it: nobody's but its own. Each contact that is given gets a subject
 * of its own, so that forgetting one destroys no other, of the same person or of the same association.
 */
export const contactPlace = (stream: string, commandId: string, type: string): SealingPlace => ({
  stream,
  commandId,
  type,
  personAt: () => PersonId.parse(derivedId('contact', stream, commandId)),
});
