import type { Role } from './identity.ts';
import { AssociationId } from './ids.ts';

/**
 * On whose behalf a command is decided. `remit`: the associations a coordinator coordinates. The platform's
 * own reactions and timers act as `system`, which no token can claim.
 */
export type Actor =
  | {
      readonly role: Role;
      readonly clientId: string;
      readonly association: AssociationId;
      readonly remit: readonly AssociationId[];
    }
  | { readonly role: 'system' };

export const system: Actor = { role: 'system' };

/** The actor that a verified caller is. Throws where its ids are not UUIDs, which a verified token's are. */
export const actorOf = (caller: {
  readonly clientId: string;
  readonly association: string;
  readonly role: Role;
  readonly remit: readonly string[];
}): Actor => ({
  role: caller.role,
  clientId: caller.clientId,
  association: AssociationId.parse(caller.association),
  remit: caller.remit.map((id) => AssociationId.parse(id)),
});

/** A coordinator who coordinates one of these associations. */
export const coordinates = (
  actor: Actor,
  associations: readonly (AssociationId | null | undefined)[],
): boolean =>
  actor.role === 'coordinator' &&
  actor.remit.some((coordinated) => associations.includes(coordinated));

/** Somebody of this association who works with cases (an auditor or administrator does not). */
export const worksFor = (actor: Actor, association: AssociationId | null | undefined): boolean =>
  (actor.role === 'partner' || actor.role === 'coordinator') && actor.association === association;

/** Whether somebody may change what an association keeps: whoever works for it, and its coordinators. */
export const mayManage = (actor: Actor, association: AssociationId): boolean =>
  worksFor(actor, association) || coordinates(actor, [association]);
