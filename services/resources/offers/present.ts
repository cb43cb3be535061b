import type { Actor } from '@relais/contracts/actors';
import { AssociationId, OfferId } from '@relais/contracts/ids';
import type { OfferView } from '@relais/contracts/resource-views';
import { availableOf, capacityStatusOf, type OfferWithPlaces } from '../query.ts';
import { allowedActions } from './decide.ts';

/** An offer as this reader sees it. Offers are public to members: only what may be done differs. */
export function offerView(row: OfferWithPlaces, actor: Actor): OfferView {
  const { terms, state } = row;
  const association = AssociationId.parse(row.association);
  const places = placesOf(row);
  return {
    id: OfferId.parse(row.id),
    association,
    state,
    revision: row.revision.toString(),
    kind: terms.kind,
    title: terms.title,
    themes: [...terms.themes],
    publics: [...terms.publics],
    communes: [...terms.communes],
    languages: [...terms.languages],
    places,
    capacityStatus: capacityStatusOf(places?.available, terms.hasWaitingList),
    hasWaitingList: terms.hasWaitingList,
    deadlines: terms.deadlines,
    publishedAt: row.published_at,
    changedAt: row.changed_at,
    allowedActions: allowedActions(actor, { state, association }),
  };
}

/** Just published, the pool is not open yet: all its places are there. */
function placesOf({ terms, capacity, reserved }: OfferWithPlaces): OfferView['places'] {
  if (terms.places === null) return null;
  const pool = { capacity: capacity ?? terms.places, reserved: reserved ?? 0 };
  return { ...pool, available: availableOf(pool) };
}
