/** What the resources service answers. */
import { z } from 'zod';
import { CommuneCode, LanguageTag } from './associations.ts';
import { DeadlineOverrides } from './deadlines.ts';
import { AssociationId, OfferId, ReferralId, ReservationId } from './ids.ts';
import { OfferState } from './offer-codes.ts';

export const OfferAction = z.enum(['suspend', 'resume', 'withdraw']);
export type OfferAction = z.infer<typeof OfferAction>;

/** HSDS 3: whether somebody can come now. */
export const CapacityStatus = z.enum(['capacity', 'no-capacity', 'waitlist']);

const Counted = z.object({ capacity: z.int(), reserved: z.int(), available: z.int() });

export const OfferView = z
  .object({
    id: OfferId,
    association: AssociationId,
    state: OfferState,
    revision: z.string().regex(/^\d+$/),
    kind: z.string(),
    title: z.string(),
    themes: z.array(z.string()),
    publics: z.array(z.string()),
    communes: z.array(CommuneCode),
    languages: z.array(LanguageTag),
    /** Null when places are not counted. */
    places: Counted.nullable(),
    capacityStatus: CapacityStatus.nullable(),
    hasWaitingList: z.boolean(),
    deadlines: DeadlineOverrides,
    publishedAt: z.iso.datetime(),
    changedAt: z.iso.datetime(),
    /** What the caller may do now. */
    allowedActions: z.array(OfferAction),
  })
  .meta({ id: 'Offer' });
export type OfferView = z.infer<typeof OfferView>;

export const PlacesView = z
  .object({
    offer: OfferId,
    state: z.enum(['open', 'closed']),
    revision: z.string().regex(/^\d+$/),
    ...Counted.shape,
    /** Who holds them, for the offering association and its coordinators; null for everyone else. */
    reservations: z
      .array(
        z.object({
          reservation: ReservationId,
          referral: ReferralId,
          reservedAt: z.iso.datetime(),
        }),
      )
      .nullable(),
  })
  .meta({ id: 'Places' });
export type PlacesView = z.infer<typeof PlacesView>;
