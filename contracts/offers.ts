/** What members offer each other, as commands say it. Events: offer-events.ts. */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { DeadlineOverrides } from './deadlines.ts';
import { contact, Hours, WebAddress } from './directory.ts';
import type { Immutable } from './event-contract.ts';
import { publishOffer } from './examples.ts';
import { OrganisationId, SiteId } from './ids.ts';
import {
  Fee,
  MobilisationMode,
  Mobiliser,
  OfferKind,
  Public,
  ReceptionMode,
  ServiceType,
  Visibility,
  ZoneCode,
} from './offer-codes.ts';
import { placeCount } from './places.ts';
import { Theme } from './themes.ts';
import { text } from './values.ts';

export const title = text(200);
export const long = text(10_000);

/** The words of an offer in another language; what is missing is shown in the original. */
export const Translation = z.strictObject({
  title: title.optional(),
  description: long.optional(),
  accessConditions: long.optional(),
});
const translations = z
  .record(LanguageTag, Translation)
  .refine((byLanguage) => Object.keys(byLanguage).length <= 50, { error: 'at most 50 languages' });

const unique = <Item extends z.ZodType>(item: Item, max: number) =>
  z
    .array(item)
    .max(max)
    .refine((items) => new Set(items).size === items.length, { error: 'listed twice' })
    .meta({ uniqueItems: true });

/** What an offer says in words, places and times; a change gives all of it anew. */
export const offerTerms = {
  title,
  description: long.nullable(),
  publicsDetail: long.nullable(),
  accessConditions: long.nullable(),
  /** In which language the words are written. */
  language: LanguageTag,
  communes: z.array(CommuneCode).max(2_000),
  zones: unique(ZoneCode, 200),
  /** Sites where it takes place. */
  sites: unique(SiteId, 50),
  organisation: OrganisationId.nullable(),
  /** Spoken there. */
  languages: z.array(LanguageTag).max(50),
  hours: Hours.nullable(),
  weeklyHours: z.number().min(0).max(168).nullable(),
  weeks: z.int().min(1).max(520).nullable(),
  url: WebAddress.nullable(),
  hasWaitingList: z.boolean(),
  /** Somebody looks at each request before saying whether there is room (HSDS's additional-assessment-required). */
  assessesFirst: z.boolean(),
  deadlines: DeadlineOverrides,
  visibility: Visibility,
  translations,
};

const terms = {
  ...offerTerms,
  description: offerTerms.description.default(null),
  publicsDetail: offerTerms.publicsDetail.default(null),
  accessConditions: offerTerms.accessConditions.default(null),
  language: offerTerms.language.default('fr'),
  communes: offerTerms.communes.default([]),
  zones: offerTerms.zones.default([]),
  sites: offerTerms.sites.default([]),
  organisation: offerTerms.organisation.default(null),
  languages: offerTerms.languages.default(['fr']),
  hours: offerTerms.hours.default(null),
  weeklyHours: offerTerms.weeklyHours.default(null),
  weeks: offerTerms.weeks.default(null),
  url: offerTerms.url.default(null),
  hasWaitingList: offerTerms.hasWaitingList.default(false),
  assessesFirst: offerTerms.assessesFirst.default(false),
  deadlines: DeadlineOverrides.default({}),
  visibility: Visibility.default({ to: 'network' }),
  translations: translations.default({}),
};

/** Codes of lists that grow: a command takes those of today, an event keeps whatever they were. */
const codes = {
  themes: z.array(Theme).min(1).max(20),
  publics: z.array(Public).max(15).default([]),
  serviceType: ServiceType.nullable().default(null),
  receptionModes: unique(ReceptionMode, 2).default([]),
  cost: z
    .strictObject({ fee: Fee.nullable(), detail: long.nullable() })
    .default({ fee: null, detail: null }),
  mobilisation: z
    .strictObject({
      modes: unique(MobilisationMode, 4).default([]),
      by: unique(Mobiliser, 2).default([]),
      link: WebAddress.nullable().default(null),
      detail: long.nullable().default(null),
    })
    .default({ modes: [], by: [], link: null, detail: null }),
};

/** `POST /v1/offers/:id/change`: the terms as they stand from now on; kind and places keep their own commands. */
export const ChangeOffer = z
  .strictObject({ ...terms, ...codes, contact })
  .meta({ id: 'ChangeOffer' });
export type ChangeOffer = Immutable<z.output<typeof ChangeOffer>>;

/** `POST /v1/offers`. `places` makes the offer counted. No commune and no zone means no territorial limit. */
export const PublishOffer = z
  .strictObject({
    kind: OfferKind,
    ...terms,
    ...codes,
    contact,
    places: placeCount.nullable().default(null),
  })
  .meta({ id: 'PublishOffer', examples: [publishOffer] });
export type PublishOffer = Immutable<z.output<typeof PublishOffer>>;

/** `POST /v1/offers/:id/reclassify`: it is another kind of thing than was said. */
export const ReclassifyOffer = z.strictObject({ kind: OfferKind }).meta({ id: 'ReclassifyOffer' });
