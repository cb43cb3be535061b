/** Offers as the resources service answers them. */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { DeadlineOverrides } from './deadlines.ts';
import { Kept, Wording } from './directory-views.ts';
import { Freshness } from './freshness.ts';
import { AssociationId, OfferId, OrganisationId, SiteId } from './ids.ts';
import { OfferState, Visibility } from './offer-codes.ts';
import { Translation } from './offers.ts';

export const OfferAction = z.enum([
  'change',
  'reclassify',
  'confirm',
  'suspend',
  'resume',
  'withdraw',
  'forget-contact',
]);
export type OfferAction = z.infer<typeof OfferAction>;

/** HSDS 3: whether somebody can come now. */
export const CapacityStatus = z.enum([
  'capacity',
  'no-capacity',
  'waitlist',
  'additional-assessment-required',
]);
export type CapacityStatus = z.infer<typeof CapacityStatus>;

const Counted = z.object({ capacity: z.int(), reserved: z.int(), available: z.int() });

const described = {
  kind: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  accessConditions: z.string().nullable(),
  publicsDetail: z.string().nullable(),
  themes: z.array(z.string()),
  publics: z.array(z.string()),
  serviceType: z.string().nullable(),
  receptionModes: z.array(z.string()),
  cost: z.object({ fee: z.string().nullable(), detail: z.string().nullable() }),
  mobilisation: z.object({
    modes: z.array(z.string()),
    by: z.array(z.string()),
    link: z.string().nullable(),
    detail: z.string().nullable(),
  }),
  communes: z.array(CommuneCode),
  zones: z.array(z.string()),
  sites: z.array(SiteId),
  organisation: OrganisationId.nullable(),
  languages: z.array(LanguageTag),
  hours: z.string().nullable(),
  weeklyHours: z.number().nullable(),
  weeks: z.int().nullable(),
  url: z.string().nullable(),
};

/** What everybody may know of an offer that is for everybody; what a link to it shows. */
const shown = {
  id: OfferId,
  association: AssociationId,
  state: OfferState,
  ...Wording,
  ...described,
  /** When it can be had: by its own `hours` (`site` is null) or, where it states none, while its sites are open. */
  openingHours: z.array(z.object({ site: SiteId.nullable(), hours: z.string() })),
  /** Null when places are not counted. */
  capacityStatus: CapacityStatus.nullable(),
  hasWaitingList: z.boolean(),
  /** When somebody last said that it is true. */
  confirmedAt: z.iso.datetime(),
  freshness: Freshness,
  publishedAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
};
export const PublicOffer = z.object(shown).meta({ id: 'PublicOffer' });
export type PublicOffer = z.infer<typeof PublicOffer>;

const offer = {
  ...shown,
  ...Kept,
  /** Null when places are not counted. */
  places: Counted.nullable(),
  deadlines: DeadlineOverrides,
  assessesFirst: z.boolean(),
  visibility: z.enum(['public', 'network', 'members']),
  /** Who is named, for the association that offers it and its coordinators; null for everyone else. */
  visibleTo: z.array(AssociationId).nullable(),
  /** What the caller may do now. */
  allowedActions: z.array(OfferAction),
};
export const OfferView = z.object(offer).meta({ id: 'Offer' });
export type OfferView = z.infer<typeof OfferView>;

const translations = z.record(LanguageTag, Translation);
export const OfferDetail = z.object({ ...offer, translations }).meta({ id: 'OfferDetail' });
export type OfferDetail = z.infer<typeof OfferDetail>;

const version = {
  /** The revision that the offer had then. */
  version: z.string().regex(/^\d+$/),
  since: z.iso.datetime(),
  kind: z.string(),
  title: z.string(),
};
export const OfferVersion = z.object(version).meta({ id: 'OfferVersion' });
export type OfferVersion = z.infer<typeof OfferVersion>;

/** The terms as they stood, in the words they were written in. */
export const OfferVersionDetail = z
  .object({
    ...version,
    ...described,
    language: LanguageTag,
    translations,
    hasWaitingList: z.boolean(),
    assessesFirst: z.boolean(),
    deadlines: DeadlineOverrides,
    /** As `change` takes it; for others than those who keep the offer, without the names of members. */
    visibility: z.union([Visibility, z.object({ to: z.literal('members') })]),
  })
  .meta({ id: 'OfferVersionDetail' });
export type OfferVersionDetail = z.infer<typeof OfferVersionDetail>;
