/**
 * What members offer each other, and the places that are counted. Public facts only, never a person's: a place is
 * held for a referral. Written by services/resources. Storage formats: never edit an event schema that has
 * shipped, add a `.v2` and an upcaster.
 */

import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { DeadlineOverrides } from './deadlines.ts';
import type { EventContract, EventOf, Immutable } from './event-contract.ts';
import { publishOffer } from './examples.ts';
import { AssociationId, OfferId, ReferralId, ReservationId } from './ids.ts';
import type { ProblemCatalogue } from './problems.ts';
import { Theme } from './themes.ts';
import { Code, text } from './values.ts';

/** Places of one pool: what an append and a command can carry at once. */
export const placesMax = 2_000;
const places = z.number().int().min(0).max(placesMax);

export const OfferKind = z
  .enum([
    'service',
    'expertise',
    'equipment',
    'place',
    'workshop',
    'training_day',
    'immersion_day',
    'exchange_day',
    'svp_answer',
  ])
  .meta({ id: 'OfferKind' });
export type OfferKind = z.infer<typeof OfferKind>;

/** For whom: the codes of data·inclusion (schema v1, `publics`). */
export const Public = z
  .enum([
    'actifs',
    'beneficiaires-des-minimas-sociaux',
    'demandeurs-emploi',
    'etudiants',
    'familles',
    'femmes',
    'jeunes',
    'personnes-en-situation-de-handicap',
    'personnes-en-situation-durgence',
    'personnes-en-situation-juridique-specifique',
    'personnes-exilees',
    'residents-qpv-frr',
    'seniors',
    'tous-publics',
  ])
  .meta({ id: 'Public' });
export type Public = z.infer<typeof Public>;

const title = text(200);

/** `POST /v1/offers`. `places` makes the offer counted. No commune means no territorial limit. */
export const PublishOffer = z
  .strictObject({
    kind: OfferKind,
    title,
    themes: z.array(Theme).min(1).max(20),
    publics: z.array(Public).max(15).default([]),
    communes: z.array(CommuneCode).max(2_000).default([]),
    languages: z.array(LanguageTag).max(50).default(['fr']),
    places: places.nullable().default(null),
    hasWaitingList: z.boolean().default(false),
    deadlines: DeadlineOverrides.default({}),
  })
  .meta({ id: 'PublishOffer', examples: [publishOffer] });
export type PublishOffer = Immutable<z.output<typeof PublishOffer>>;

/** `POST /v1/offers/:id/places/resize`. */
export const ResizePlaces = z.strictObject({ capacity: places }).meta({ id: 'ResizePlaces' });

/** A theme of this or a later list. */
const ThemeCode = z
  .string()
  .max(120)
  .regex(/^[a-z0-9-]+$/);

const offerSchemas = {
  'offer-published.v1': z.strictObject({
    offer: OfferId,
    association: AssociationId,
    kind: Code,
    title,
    themes: z.array(ThemeCode),
    publics: z.array(Code),
    communes: z.array(CommuneCode),
    languages: z.array(LanguageTag),
    places: places.nullable(),
    hasWaitingList: z.boolean(),
    deadlines: DeadlineOverrides,
  }),
  /** It takes no new referrals for a while. */
  'offer-suspended.v1': z.strictObject({ offer: OfferId, association: AssociationId }),
  'offer-resumed.v1': z.strictObject({ offer: OfferId, association: AssociationId }),
  'offer-withdrawn.v1': z.strictObject({ offer: OfferId, association: AssociationId }),
};
/** Events of `offer-<uuid>`. */
export type OfferEvent = EventOf<typeof offerSchemas>;
export const offerContract: EventContract<OfferEvent> = { schemas: offerSchemas, upcasters: {} };

const held = { offer: OfferId, referral: ReferralId, reservation: ReservationId };

/** Why there is no place: reason codes of referrals. */
export const PlaceRefusal = z.enum(['no_capacity', 'place_no_longer_available']);
export type PlaceRefusal = z.infer<typeof PlaceRefusal>;

const poolSchemas = {
  'place-pool-opened.v1': z.strictObject({ offer: OfferId, capacity: places }),
  'place-pool-resized.v1': z.strictObject({ offer: OfferId, capacity: places }),
  /** Nothing is reserved any more; what is held stays until it is released. */
  'place-pool-closed.v1': z.strictObject({ offer: OfferId }),
  'place-reserved.v1': z.strictObject(held),
  'place-refused.v1': z.strictObject({ ...held, reason: Code }),
  'place-released.v1': z.strictObject(held),
  /**
   * The balance of all events before it, so that nobody has to read them to decide. `settled`: the latest
   * reservations that were refused or released, oldest first.
   */
  'place-pool-balanced.v1': z.strictObject({
    offer: OfferId,
    pool: z.enum(['unknown', 'open', 'closed']),
    capacity: places,
    held: z.array(z.strictObject({ referral: ReferralId, reservation: ReservationId })),
    settled: z.array(ReservationId),
  }),
};
/** Events of `place-pool-<offerId>`. */
export type PlacePoolEvent = EventOf<typeof poolSchemas>;
export const placePoolContract: EventContract<PlacePoolEvent> = {
  schemas: poolSchemas,
  upcasters: {},
};

export const OfferState = z.enum(['open', 'suspended', 'withdrawn']).meta({ id: 'OfferState' });
export type OfferState = z.infer<typeof OfferState>;
export const OfferAction = z.enum(['suspend', 'resume', 'withdraw']);
export type OfferAction = z.infer<typeof OfferAction>;

const says = (status: number, en: string, fr: string) => ({ status, title: { en, fr } });

export const resourceProblems = {
  'already-exists': says(409, 'It exists already', 'Existe déjà'),
  'wrong-state': says(409, 'Not possible in the present state', 'Impossible dans l’état présent'),
  'not-your-offer': says(
    403,
    'Another association offers this',
    'C’est une autre association qui propose cette offre',
  ),
  'places-not-counted': says(
    409,
    'The places of this offer are not counted',
    'Les places de cette offre ne sont pas comptées',
  ),
} as const satisfies ProblemCatalogue;
export type ResourceRefusalCode = keyof typeof resourceProblems | 'not-found';
