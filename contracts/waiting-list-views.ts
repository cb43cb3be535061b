/** Waiting lists as the resources service answers them. */
import { z } from 'zod';
import { Priority } from './deadlines.ts';
import { AssociationId, OfferId, ReferralId, ReservationId } from './ids.ts';

export const WaitingListView = z
  .object({
    offer: OfferId,
    revision: z.string().regex(/^\d+$/),
    /** Everybody on it, whether or not the reader may know who. */
    length: z.int(),
    /** All for who manages the offer; for others the referrals that they sent. */
    entries: z.array(
      z.object({
        /** From 1. */
        position: z.int(),
        referral: ReferralId,
        sender: AssociationId,
        priority: Priority,
        since: z.iso.datetime(),
        reviewBy: z.iso.datetime(),
        /** How often a place was proposed to it and not taken. */
        passes: z.int(),
        /** A place is kept for it until then: accepting the referral takes it. */
        proposal: z.object({ reservation: ReservationId, until: z.iso.datetime() }).nullable(),
      }),
    ),
  })
  .meta({ id: 'WaitingList' });
export type WaitingListView = z.infer<typeof WaitingListView>;
