/**
 * What members offer each other. Public facts only: a contact person is sealed, and revealed on request. Written by
 * services/resources. Storage formats: never edit an event schema that has shipped, add a `.v2` and an upcaster.
 */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { DeadlineOverrides } from './deadlines.ts';
import { ContactPoint, Hours, WebAddress } from './directory.ts';
import type { Immutable } from './event-contract.ts';
import { publishOffer } from './examples.ts';
import { OrganisationId, SiteId } from './ids.ts';
import {
  MobilisationMode,
  Mobiliser,
  OfferKind,
  Public,
  ReceptionMode,
  ServiceType,
  Visibility,
  ZoneCode,
} from './offer-codes.ts';
import { personal } from './personal.ts';
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
    .refine((items) => new Set(items).size === items.length, { error: 'listed twice' });

/** What may be changed after it was published, as bodies and events have it. */
const words = {
  title,
  description: long.nullable().default(null),
  publicsDetail: long.nullable().default(null),
  accessConditions: long.nullable().default(null),
  communes: z.array(CommuneCode).max(2_000).default([]),
  zones: unique(ZoneCode, 200).default([]),
  /** Sites where it takes place. */
  sites: unique(SiteId, 50).default([]),
  organisation: OrganisationId.nullable().default(null),
  languages: z.array(LanguageTag).max(50).default(['fr']),
  hours: Hours.nullable().default(null),
  weeklyHours: z.number().min(0).max(168).nullable().default(null),
  weeks: z.int().min(1).max(520).nullable().default(null),
  url: WebAddress.nullable().default(null),
  hasWaitingList: z.boolean().default(false),
  /** Somebody looks at each request before saying whether there is room (HSDS's additional-assessment-required). */
  assessesFirst: z.boolean().default(false),
  deadlines: DeadlineOverrides.default({}),
  visibility: Visibility.default({ to: 'network' }),
  translations: translations.default({}),
};

const codes = {
  themes: z.array(Theme).min(1).max(20),
  publics: z.array(Public).max(15).default([]),
  serviceType: ServiceType.nullable().default(null),
  receptionModes: unique(ReceptionMode, 2).default([]),
  cost: z
    .strictObject({ fee: z.enum(['gratuit', 'payant']).nullable(), detail: long.nullable() })
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

const contact = personal('contact', ContactPoint).nullable().default(null);

/** `POST /v1/offers/:id/change`: the terms as they stand from now on; kind and places keep their own commands. */
export const ChangeOffer = z
  .strictObject({ ...words, ...codes, contact })
  .meta({ id: 'ChangeOffer' });
export type ChangeOffer = Immutable<z.output<typeof ChangeOffer>>;

/** `POST /v1/offers`. `places` makes the offer counted. No commune and no zone means no territorial limit. */
export const PublishOffer = z
  .strictObject({
    kind: OfferKind,
    ...words,
    ...codes,
    contact,
    places: placeCount.nullable().default(null),
  })
  .meta({ id: 'PublishOffer', examples: [publishOffer] });
export type PublishOffer = Immutable<z.output<typeof PublishOffer>>;
