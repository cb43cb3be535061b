import { type Actor, mayManage } from '@relais/contracts/actors';
import { AssociationId, OfferId, SiteId } from '@relais/contracts/ids';
import type { OfferTerms } from '@relais/contracts/offer-events';
import type {
  OfferDetail,
  OfferVersionDetail,
  OfferView,
  PublicOffer,
} from '@relais/contracts/offer-views';
import { availableOf, capacityStatusOf } from '../places/availability.ts';
import { wordsIn } from '../words.ts';
import { allowedActions } from './decide.ts';
import { hoursOf } from './hours.ts';
import type { OfferRow } from './project.ts';
import type { OfferFound } from './query.ts';

/** An offer as this reader sees it: all whom it is for see the same, but for what may be done and who is named. */
export function offerView(
  row: OfferFound,
  actor: Actor,
  acceptLanguage: string | undefined,
): OfferView {
  const { terms, state, source } = row;
  const association = AssociationId.parse(row.association);
  const hasContact = row.contact !== null;
  const { visibility } = terms;
  const mayKnow = mayManage(actor, association) && visibility.to === 'members';
  return {
    ...publicOffer(row, acceptLanguage),
    ...{ source, hasContact, revision: row.revision.toString() },
    places: placesOf(row),
    deadlines: terms.deadlines,
    assessesFirst: terms.assessesFirst,
    visibility: visibility.to,
    visibleTo: mayKnow ? [...visibility.members] : null,
    allowedActions: allowedActions(actor, { state, association, source, hasContact }),
  };
}

/** The same with every translation, so that whoever keeps it can say it anew. */
export const offerDetail = (
  row: OfferFound,
  actor: Actor,
  acceptLanguage: string | undefined,
): OfferDetail => ({
  ...offerView(row, actor, acceptLanguage),
  translations: row.terms.translations,
});

/** What anybody may know of it. */
export function publicOffer(row: OfferFound, acceptLanguage: string | undefined): PublicOffer {
  const { terms, state, freshness } = row;
  const { title, description, accessConditions } = terms;
  const original = { title, description, accessConditions };
  const { words, ...wording } = wordsIn(acceptLanguage, original, terms);
  return {
    id: OfferId.parse(row.id),
    association: AssociationId.parse(row.association),
    state,
    ...wording,
    ...described(terms),
    ...words,
    openingHours: hoursOf(terms.hours, row.site_hours).map(({ site, hours }) => ({
      ...{ site: site === null ? null : SiteId.parse(site), hours },
    })),
    capacityStatus: capacityStatusOf(placesOf(row)?.available, {
      assessesFirst: terms.assessesFirst,
      hasWaitingList: terms.hasWaitingList && state !== 'withdrawn',
    }),
    hasWaitingList: terms.hasWaitingList,
    confirmedAt: row.confirmed_at,
    freshness,
    publishedAt: row.published_at,
    changedAt: row.changed_at,
  };
}

/** The terms of a row as they were then, in the words they were written in. */
export function versionDetail({
  terms,
  revision,
  changed_at,
}: OfferRow): Omit<OfferVersionDetail, 'visibility'> {
  const { language, translations, hasWaitingList, assessesFirst, deadlines } = terms;
  return {
    version: revision.toString(),
    since: changed_at,
    ...described(terms),
    ...{ language, translations, hasWaitingList, assessesFirst, deadlines },
  };
}

const described = (terms: OfferTerms) => ({
  kind: terms.kind,
  title: terms.title,
  description: terms.description,
  accessConditions: terms.accessConditions,
  publicsDetail: terms.publicsDetail,
  themes: [...terms.themes],
  publics: [...terms.publics],
  serviceType: terms.serviceType,
  receptionModes: [...terms.receptionModes],
  cost: terms.cost,
  mobilisation: {
    modes: [...terms.mobilisation.modes],
    by: [...terms.mobilisation.by],
    link: terms.mobilisation.link,
    detail: terms.mobilisation.detail,
  },
  communes: [...terms.communes],
  zones: [...terms.zones],
  sites: [...terms.sites],
  organisation: terms.organisation,
  languages: [...terms.languages],
  hours: terms.hours,
  weeklyHours: terms.weeklyHours,
  weeks: terms.weeks,
  url: terms.url,
});

/** Just published, the pool is not open yet: all its places are there. */
function placesOf({ terms, state: offered, ...pool }: OfferFound): OfferView['places'] {
  if (terms.places === null) return null;
  const capacity = pool.capacity ?? terms.places;
  const reserved = pool.reserved ?? 0;
  const unavailable = pool.unavailable ?? 0;
  const state = offered === 'withdrawn' ? 'closed' : 'open';
  const available = availableOf({ state, capacity, reserved, unavailable });
  return { capacity, reserved, available };
}
