import { type Actor, coordinates, worksFor } from '@relais/contracts/actors';
import type { AssociationId, OfferId } from '@relais/contracts/ids';
import type { OfferState } from '@relais/contracts/offer-codes';
import type { OfferEvent, OfferTerms } from '@relais/contracts/offer-events';
import type { ResourceRefusalCode } from '@relais/contracts/resource-problems';
import type { OfferAction } from '@relais/contracts/resource-views';
import type { Sealed } from '@relais/contracts/sealed';
import { type Aggregate, accept, type Decision, refuse } from '@relais/event-log/aggregate';

export type OfferCommand =
  | {
      readonly type: 'publish';
      readonly offer: OfferId;
      readonly association: AssociationId;
      readonly terms: OfferTerms;
      readonly contact: Sealed | null;
    }
  | { readonly type: OfferAction; readonly actor: Actor };

export type Offer =
  | { readonly state: 'absent' }
  | {
      readonly state: OfferState;
      readonly offer: OfferId;
      readonly association: AssociationId;
      readonly counted: boolean;
    };
export type KnownOffer = Exclude<Offer, { state: 'absent' }>;

export type OfferRefusal = { readonly code: ResourceRefusalCode };

/** From which states an action leads where. */
const moves: {
  readonly [action in OfferAction]: {
    readonly from: readonly OfferState[];
    readonly to: OfferState;
  };
} = {
  suspend: { from: ['open'], to: 'suspended' },
  resume: { from: ['suspended'], to: 'open' },
  withdraw: { from: ['open', 'suspended'], to: 'withdrawn' },
};

const events = {
  suspend: 'offer-suspended.v1',
  resume: 'offer-resumed.v1',
  withdraw: 'offer-withdrawn.v1',
} as const;

/** Whether somebody may change an offer: whoever works for the association, and its coordinators. */
export const mayManage = (actor: Actor, association: AssociationId): boolean =>
  worksFor(actor, association) || coordinates(actor, [association]);

/** What this actor may do to an offer in this state. */
export const allowedActions = (
  actor: Actor,
  offer: Pick<KnownOffer, 'state' | 'association'>,
): OfferAction[] =>
  mayManage(actor, offer.association)
    ? (Object.keys(moves) as OfferAction[]).filter((action) =>
        moves[action].from.includes(offer.state),
      )
    : [];

/** Who offers what, and whether it can be had. */
export function decide(command: OfferCommand, offer: Offer): Decision<OfferEvent, OfferRefusal> {
  if (command.type === 'publish') {
    if (offer.state !== 'absent') return refuse({ code: 'already-exists' });
    const { offer: id, association, terms, contact } = command;
    return accept({
      type: 'offer-published.v2',
      data: { offer: id, association, ...terms, contact, source: null },
    });
  }
  if (offer.state === 'absent') return refuse({ code: 'not-found' });
  if (!mayManage(command.actor, offer.association)) return refuse({ code: 'not-your-offer' });
  const { from, to } = moves[command.type];
  if (offer.state === to) return accept();
  if (!from.includes(offer.state)) return refuse({ code: 'wrong-state' });
  const { offer: id, association } = offer;
  return accept({ type: events[command.type], data: { offer: id, association } });
}

export function evolve(offer: Offer, event: OfferEvent): Offer {
  switch (event.type) {
    case 'offer-published.v2': {
      const { offer: id, association, places } = event.data;
      return { state: 'open', offer: id, association, counted: places !== null };
    }
    case 'offer-changed.v1':
    case 'offer-reclassified.v1':
    case 'offer-contact-forgotten.v1':
    case 'offer-grown-stale.v1':
    case 'offer-confirmed.v1':
    case 'offer-confirmation-asked.v1':
      return published(offer);
    case 'offer-suspended.v1':
      return { ...published(offer), state: 'suspended' };
    case 'offer-resumed.v1':
      return { ...published(offer), state: 'open' };
    case 'offer-withdrawn.v1':
      return { ...published(offer), state: 'withdrawn' };
  }
}

function published(offer: Offer): KnownOffer {
  if (offer.state === 'absent') throw new Error('changed before it was published');
  return offer;
}

export const offerAggregate: Aggregate<OfferCommand, Offer, OfferEvent, OfferRefusal> = {
  category: 'offer',
  initial: { state: 'absent' },
  decide,
  evolve,
};
