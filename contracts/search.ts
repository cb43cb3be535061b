/** Search among offers: what is asked, and how the answer explains itself. */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { Freshness } from './freshness.ts';
import { AssociationId, OrganisationId } from './ids.ts';
import { OfferKind, Public, ZoneCode } from './offer-codes.ts';
import { OfferView, PublicOffer } from './offer-views.ts';
import { Theme } from './themes.ts';
import { Day, Instant, text } from './values.ts';

const isTheme = (code: string) =>
  Theme.options.some((theme) => theme === code || theme.startsWith(`${code}--`));

const decimal = (least: number, most: number) =>
  z.preprocess(
    (value) =>
      typeof value === 'string' && /^-?\d{1,3}(\.\d{1,8})?$/.test(value) ? +value : value,
    z.number().min(least).max(most),
  );
const flag = z.literal('true').optional();

/** Where an area search may have its centre at most from what it finds. */
export const radiusMaxKm = 200;

/** The filters of a search; all that are given must hold. */
export const searchFilters = {
  q: text(200)
    .optional()
    .meta({ description: 'Words, in any language the offers are written in.' }),
  theme: z
    .string()
    .max(1_000)
    .refine((list) => list.split(',').every(isTheme), { error: 'no such theme' })
    .optional()
    .meta({
      description: 'Codes of themes, or of families of themes, with commas between: any of them.',
    }),
  kind: OfferKind.optional(),
  public: Public.optional(),
  language: LanguageTag.optional(),
  association: AssociationId.optional(),
  organisation: OrganisationId.optional(),
  freshness: Freshness.optional(),
  confirmedSince: Day.optional(),
  commune: CommuneCode.optional().meta({ description: 'INSEE code of the centre.' }),
  latitude: decimal(-90, 90).optional(),
  longitude: decimal(-180, 180).optional(),
  radiusKm: decimal(0.1, radiusMaxKm)
    .optional()
    .meta({ description: 'Around the centre; default 20.' }),
  area: ZoneCode.optional().meta({
    description: 'A commune, EPCI or department, whose people the offer is for.',
  }),
  openNow: flag,
  openAt: Instant.optional(),
  placesLeft: flag,
  sort: z.enum(['relevance', 'distance', 'freshness']).optional(),
};

const Word = z.object({
  typed: z.string(),
  /** What was looked for in its place, when nothing is written as it was typed. */
  corrected: z.string().nullable(),
  /** Other words that were taken for the same. */
  synonyms: z.array(z.string()),
  /** So common that it was not looked for. */
  ignored: z.boolean(),
});

/** Why an offer was found. */
export const Reason = z.discriminatedUnion('because', [
  z.object({
    because: z.literal('word'),
    typed: z.string(),
    fields: z.array(z.enum(['title', 'theme', 'translation', 'text'])),
    through: z.enum(['itself', 'correction', 'synonym']),
  }),
  z.object({ because: z.literal('organisation') }),
  z.object({ because: z.literal('distance'), km: z.number() }),
  z.object({ because: z.literal('open') }),
  z.object({ because: z.literal('places-left') }),
  z.object({ because: z.literal('area'), area: z.string() }),
]);
export type Reason = z.infer<typeof Reason>;

const Counts = z.array(z.object({ value: z.string(), count: z.int() }));

const found = {
  /** Kilometres from the centre as the crow flies; null without centre. */
  distanceKm: z.number().nullable(),
  why: z.array(Reason),
};
const answer = {
  next: z.string().nullable(),
  words: z.array(Word),
  /** `some`: nothing has all the words, so these have some of them. */
  matched: z.enum(['all', 'some']),
  facets: z.object({
    /** Offers that were counted. */
    counted: z.int(),
    /** False: there are more, and the counts are those of the ones counted. */
    complete: z.boolean(),
    kinds: Counts,
    themes: Counts,
    publics: Counts,
    languages: Counts,
    freshness: Counts,
  }),
  /** Where nothing was found: filters of which leaving out one alone finds something. */
  withoutOne: z.array(z.string()),
};

export const SearchAnswer = z
  .object({ items: z.array(z.object({ ...found, offer: OfferView })), ...answer })
  .meta({ id: 'SearchAnswer' });
export type SearchAnswer = z.infer<typeof SearchAnswer>;
export const PublicSearchAnswer = z
  .object({ items: z.array(z.object({ ...found, offer: PublicOffer })), ...answer })
  .meta({ id: 'PublicSearchAnswer' });
