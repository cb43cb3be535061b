/** What happened, in the order of the log. */
import { z } from 'zod';
import { Id, Moment } from './parts.ts';

export const AsOfBasis = z.enum(['recorded', 'occurred']);
export type AsOfBasis = z.infer<typeof AsOfBasis>;

export const TimelineEntry = z
  .object({
    position: z.string().regex(/^\d+$/),
    event: Id,
    type: z.string(),
    /** The event in the caller's language. */
    label: z.string(),
    case: Id,
    referral: Id.nullable(),
    handover: Id.nullable(),
    persons: z.array(Id),
    /** A client, or `system:<reaction>`. */
    actor: z.string(),
    association: Id.nullable(),
    associationName: z.string().nullable(),
    occurredAt: Moment,
    recordedAt: Moment,
    correlation: Id,
    /** The command or event it came from; `causedBy` where that is an event of a timeline. */
    causation: Id,
    causedBy: Id.nullable(),
    ledTo: z.array(Id),
    /** Codes, dates and pseudonyms of the event. */
    summary: z.record(z.string(), z.unknown()),
    /** Milliseconds since the step before in the same referral, or since the handover was opened. */
    delayMs: z.int().nullable(),
    breaches: z.array(z.string()),
  })
  .meta({ id: 'TimelineEntry' });
export type TimelineEntry = z.infer<typeof TimelineEntry>;
