/** Places as the resources service answers them. */
import { z } from 'zod';
import { OfferId, ReferralId, ReservationId } from './ids.ts';

const Counted = z.object({ capacity: z.int(), reserved: z.int(), available: z.int() });

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
