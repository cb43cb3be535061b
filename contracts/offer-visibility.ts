/** Who finds an offer: the one rule, for every service that shows offers or lets somebody name one. */
import type { Actor } from './actors.ts';
import type { Immutable } from './event-contract.ts';
import type { AssociationId } from './ids.ts';
import type { Visibility } from './offer-codes.ts';

type Shown = {
  readonly association: AssociationId;
  readonly terms: { readonly visibility: Immutable<Visibility> };
};

/** Null: every member. Otherwise those who are named, and who offers it. */
export const visibleTo = ({ association, terms }: Shown): AssociationId[] | null =>
  terms.visibility.to === 'members'
    ? [...new Set([association, ...terms.visibility.members])]
    : null;

/** For whom somebody looks: the own association, and those that a coordinator coordinates. */
export const viewersOf = (actor: Actor): AssociationId[] => {
  if (actor.role === 'system') return [];
  return [actor.association, ...(actor.role === 'coordinator' ? actor.remit : [])];
};

/** Whether this caller may know of the offer. Who may not gets the answer of an id that does not exist. */
export function isVisible(actor: Actor, offer: Shown): boolean {
  const named = visibleTo(offer);
  return named === null || viewersOf(actor).some((viewer) => named.includes(viewer));
}
