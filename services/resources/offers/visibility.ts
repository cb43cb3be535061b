/** Who finds an offer. The same rule twice: for one offer in hand, and for rows in SQL. */
import type { Actor } from '@relais/contracts/actors';
import type { AssociationId } from '@relais/contracts/ids';
import type { OfferTerms } from '@relais/contracts/offer-events';

type Shown = {
  readonly association: AssociationId;
  readonly terms: Pick<OfferTerms, 'visibility'>;
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

/** The condition on rows of `offer`; the parameter of this number holds `viewersOf`. */
export const isVisibleRow = (parameter: number): string =>
  `(offer.visible_to is null or offer.visible_to && $${parameter}::uuid[])`;
