/** What this service knows of members and offers, and its lists of codes. */
import { z } from 'zod';
import { AssociationKind } from '../associations.ts';
import { Id } from './parts.ts';

export const KnownAssociation = z
  .object({
    id: Id,
    name: z.string(),
    kind: AssociationKind,
    themes: z.array(z.string()),
    communes: z.array(z.string()),
    languages: z.array(z.string()),
    acceptsOpenReferrals: z.boolean(),
    state: z.enum(['member', 'left']),
  })
  .meta({ id: 'KnownAssociation' });
export type KnownAssociation = z.infer<typeof KnownAssociation>;

export const ReasonCode = z
  .object({
    code: z.string(),
    label: z.string(),
    /** Where it may be given; none for a code that is retired. */
    uses: z.array(z.enum(['decline', 'withdraw', 'hold', 'end', 'outcome', 'archive'])),
  })
  .meta({ id: 'ReasonCode' });
export type ReasonCode = z.infer<typeof ReasonCode>;

/** A row of the table of actions that the rules are driven by. */
export const ReferralActionRow = z
  .object({
    action: z.string(),
    from: z.array(z.string()),
    to: z.array(z.string()),
    who: z.array(z.string()),
    guard: z.string(),
    carries: z.string(),
  })
  .meta({ id: 'ReferralActionRow' });
export type ReferralActionRow = z.infer<typeof ReferralActionRow>;

export const KnownOffer = z
  .object({
    id: Id,
    association: Id,
    kind: z.string(),
    title: z.string(),
    themes: z.array(z.string()),
    communes: z.array(z.string()),
    counted: z.boolean(),
    hasWaitingList: z.boolean(),
    state: z.enum(['open', 'suspended', 'withdrawn']),
  })
  .meta({ id: 'KnownOffer' });
export type KnownOffer = z.infer<typeof KnownOffer>;
