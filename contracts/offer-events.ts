/** Events of offers. Storage formats: never edit a schema that has shipped, add a `.v2` and an upcaster. */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { DeadlineOverrides } from './deadlines.ts';
import { Hours, Source, WebAddress } from './directory.ts';
import type { EventContract, EventOf } from './event-contract.ts';
import { AssociationId, OfferId, OrganisationId, SiteId } from './ids.ts';
import { Visibility, ZoneCode } from './offer-codes.ts';
import { long, Translation, title } from './offers.ts';
import { placeCount } from './places.ts';
import { Sealed } from './sealed.ts';
import { ThemeCode } from './themes.ts';
import { Code } from './values.ts';

/** Stored: a code of this or of a later list. */
const storedTerms = {
  title,
  description: long.nullable(),
  publicsDetail: long.nullable(),
  accessConditions: long.nullable(),
  themes: z.array(ThemeCode),
  publics: z.array(Code),
  serviceType: Code.nullable(),
  communes: z.array(CommuneCode),
  zones: z.array(ZoneCode),
  sites: z.array(SiteId),
  organisation: OrganisationId.nullable(),
  languages: z.array(LanguageTag),
  receptionModes: z.array(Code),
  cost: z.strictObject({ fee: Code.nullable(), detail: long.nullable() }),
  mobilisation: z.strictObject({
    modes: z.array(Code),
    by: z.array(Code),
    link: WebAddress.nullable(),
    detail: long.nullable(),
  }),
  hours: Hours.nullable(),
  weeklyHours: z.number().nullable(),
  weeks: z.number().nullable(),
  url: WebAddress.nullable(),
  hasWaitingList: z.boolean(),
  assessesFirst: z.boolean(),
  deadlines: DeadlineOverrides,
  visibility: Visibility,
  translations: z.record(LanguageTag, Translation),
  contact: Sealed.nullable(),
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
    source,
  }),
  /** The whole terms as they stand from now on: a new version of the offer. */
  'offer-changed.v1': z.strictObject({ ...offer, ...storedTerms, source }),
  /** Somebody of the association says that it is still true. */
  'offer-confirmed.v1': z.strictObject(offer),
  /** Nobody confirmed it for long; who manages it was reminded, for the n-th time. */
  'offer-confirmation-asked.v1': z.strictObject({ ...offer, reminder: z.int().min(1) }),
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
export type OfferTerms = Omit<PublishedV2['data'], 'offer' | 'association' | 'source'>;

const publishedV2 = (data: PublishedV1['data']): PublishedV2 => ({
  type: 'offer-published.v2',
  data: {
    ...data,
    description: null,
    publicsDetail: null,
    accessConditions: null,
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
