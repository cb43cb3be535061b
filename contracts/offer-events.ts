/** Events of offers. Storage formats: never edit a schema that has shipped, add a `.v2` and an upcaster. */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { DeadlineOverrides } from './deadlines.ts';
import { Source, WebAddress } from './directory.ts';
import type { EventContract, EventOf } from './event-contract.ts';
import { AssociationId, OfferId } from './ids.ts';
import { long, offerTerms, title } from './offers.ts';
import { placeCount } from './places.ts';
import { Sealed } from './sealed.ts';
import { ThemeCode } from './themes.ts';
import { Code } from './values.ts';

/** Stored: a code of this or of a later list. */
const storedTerms = {
  ...offerTerms,
  themes: z.array(ThemeCode),
  publics: z.array(Code),
  serviceType: Code.nullable(),
  receptionModes: z.array(Code),
  cost: z.strictObject({ fee: Code.nullable(), detail: long.nullable() }),
  mobilisation: z.strictObject({
    modes: z.array(Code),
    by: z.array(Code),
    link: WebAddress.nullable(),
    detail: long.nullable(),
  }),
};

const offer = { offer: OfferId, association: AssociationId };

/** Where the terms come from: null for an offer written here, else a mirror that only its import changes. */
const source = Source.nullable();

const offerSchemas = {
  'offer-published.v1': z.strictObject({
    ...offer,
    kind: Code,
    title,
    themes: z.array(ThemeCode),
    publics: z.array(Code),
    communes: z.array(CommuneCode),
    languages: z.array(LanguageTag),
    places: placeCount.nullable(),
    hasWaitingList: z.boolean(),
    deadlines: DeadlineOverrides,
  }),
  'offer-published.v2': z.strictObject({
    ...offer,
    kind: Code,
    ...storedTerms,
    places: placeCount.nullable(),
    contact: Sealed.nullable(),
    source,
  }),
  /** The whole terms as they stand from now on: a new version of the offer. The contact is absent where it stays. */
  'offer-changed.v1': z.strictObject({
    ...offer,
    ...storedTerms,
    contact: Sealed.nullable().optional(),
    source,
  }),
  'offer-reclassified.v1': z.strictObject({ ...offer, kind: Code }),
  /** The contact's key is destroyed; the words that were sealed stay unreadable for ever. */
  'offer-contact-forgotten.v1': z.strictObject(offer),
  /** Somebody of the association says that it is still true. */
  'offer-confirmed.v1': z.strictObject(offer),
  /** Nobody confirmed it for long; who manages it was reminded, for the n-th time. */
  'offer-confirmation-asked.v1': z.strictObject({ ...offer, reminder: z.int().min(1) }),
  /** All reminders were in vain: it is shown as perhaps no longer true, until somebody confirms or changes it. */
  'offer-grown-stale.v1': z.strictObject(offer),
  /** It takes no new referrals for a while. */
  'offer-suspended.v1': z.strictObject(offer),
  'offer-resumed.v1': z.strictObject(offer),
  'offer-withdrawn.v1': z.strictObject(offer),
};
type AnyOfferEvent = EventOf<typeof offerSchemas>;
type PublishedV1 = Extract<AnyOfferEvent, { type: 'offer-published.v1' }>;
type PublishedV2 = Extract<AnyOfferEvent, { type: 'offer-published.v2' }>;
/** Events of `offer-<uuid>`. */
export type OfferEvent = Exclude<AnyOfferEvent, PublishedV1>;
/** What is offered, as events and rows have it. */
export type OfferTerms = Omit<PublishedV2['data'], 'offer' | 'association' | 'source' | 'contact'>;

const publishedV2 = (data: PublishedV1['data']): PublishedV2 => ({
  type: 'offer-published.v2',
  data: {
    ...data,
    description: null,
    publicsDetail: null,
    accessConditions: null,
    language: 'fr',
    serviceType: null,
    zones: [],
    sites: [],
    organisation: null,
    receptionModes: [],
    cost: { fee: null, detail: null },
    mobilisation: { modes: [], by: [], link: null, detail: null },
    hours: null,
    weeklyHours: null,
    weeks: null,
    url: null,
    assessesFirst: false,
    visibility: { to: 'network' },
    translations: {},
    contact: null,
    source: null,
  },
});

export const offerContract: EventContract<OfferEvent> = {
  schemas: offerSchemas,
  upcasters: { 'offer-published.v1': publishedV2 },
};
