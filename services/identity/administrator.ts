import { AssociationId } from '@relais/contracts/ids';
import type { Log } from '@relais/event-log/log';
import type { Caller } from '@relais/http/caller';
import { HttpProblem } from '@relais/http/problem';
import { readStanding } from './registry.ts';

/**
 * Administrators of the association that carries the platform manage every association's clients; nobody else does. The rules
 * give the role to that association only; this holds as well where another issuer wrote the token.
 */
export async function requireCarrier(log: Log, { association }: Caller): Promise<void> {
  const standing = await readStanding(log, AssociationId.parse(association));
  if (standing !== 'carrier') throw new HttpProblem('role-not-allowed');
}
