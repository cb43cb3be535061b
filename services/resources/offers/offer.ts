import type { Source } from '@relais/contracts/directory';
import type { AssociationId, OfferId } from '@relais/contracts/ids';
import type { OfferState } from '@relais/contracts/offer-codes';
import type { OfferEvent, OfferTerms } from '@relais/contracts/offer-events';

export type Offer = { readonly state: 'absent' } | KnownOffer;
export type KnownOffer = {
  readonly state: OfferState;
  readonly offer: OfferId;
  readonly association: AssociationId;
  readonly terms: OfferTerms;
  /** Not null: a mirror of that source. */
  readonly source: Source | null;
  readonly hasContact: boolean;
  /** How often its keeper was asked whether it is still true, since somebody last said so. */
  readonly reminders: number;
  readonly isStale: boolean;
};

export function evolve(known: Offer, event: OfferEvent): Offer {
  switch (event.type) {
    case 'offer-published.v2': {
      const { offer, association, source, contact, ...terms } = event.data;
      const entry = { offer, association, terms, source, hasContact: contact !== null };
      return { state: 'open', ...entry, ...confirmed };
    }
    case 'offer-changed.v1': {
      const { offer: _, association, source, contact, ...terms } = event.data;
      const before = published(known);
      const { kind, places } = before.terms;
      const hasContact = contact === undefined ? before.hasContact : contact !== null;
      const changed = { terms: { ...terms, kind, places }, source, hasContact };
      return { ...before, ...changed, ...confirmed };
    }
    case 'offer-reclassified.v1': {
      const before = published(known);
      return { ...before, terms: { ...before.terms, kind: event.data.kind } };
    }
    case 'offer-contact-forgotten.v1':
      return { ...published(known), hasContact: false };
    case 'offer-confirmed.v1':
      return { ...published(known), ...confirmed };
    case 'offer-confirmation-asked.v1':
      return { ...published(known), reminders: event.data.reminder };
    case 'offer-grown-stale.v1':
      return { ...published(known), isStale: true };
    case 'offer-suspended.v1':
      return { ...published(known), state: 'suspended' };
    case 'offer-resumed.v1':
      return { ...published(known), state: 'open' };
    case 'offer-withdrawn.v1':
      return { ...published(known), state: 'withdrawn', hasContact: false };
  }
}

const confirmed = { reminders: 0, isStale: false } as const;

function published(offer: Offer): KnownOffer {
  if (offer.state === 'absent') throw new Error('changed before it was published');
  return offer;
}
