/**
 * How long a receiver has. Policy data: a changed policy is a new entry with a new version; referrals sent under
 * an old one keep the dates pinned when they were sent.
 */
import { z } from 'zod';
import type { Immutable } from './event-contract.ts';
import { Instant } from './values.ts';

export const Priority = z.enum(['emergency', 'urgent', 'normal']);
export type Priority = z.infer<typeof Priority>;

const hour = 3_600_000;
const day = 24 * hour;

export type Spans = {
  readonly acknowledgeMs: number;
  readonly decideMs: number;
  /** From the decision date to expiry. */
  readonly graceMs: number;
};

export type DeadlinePolicy = {
  readonly version: string;
  readonly spans: { readonly [Of in Priority]: Spans };
  /** From the end of a referral to its closing by the platform. */
  readonly closeMs: number;
};

export const deadlinePolicy: DeadlinePolicy = {
  version: '2026-11',
  spans: {
    emergency: { acknowledgeMs: 4 * hour, decideMs: 24 * hour, graceMs: 24 * hour },
    urgent: { acknowledgeMs: 24 * hour, decideMs: 72 * hour, graceMs: 72 * hour },
    normal: { acknowledgeMs: 5 * day, decideMs: 14 * day, graceMs: 7 * day },
  },
  closeMs: 30 * day,
};

const seconds = z
  .number()
  .int()
  .min(1)
  .max(90 * 24 * 3_600);

/** What an offer asks for instead of the policy, in seconds (a demonstration wants short ones). */
export const DeadlineOverrides = z.strictObject({
  acknowledgeSeconds: seconds.optional(),
  decideSeconds: seconds.optional(),
  graceSeconds: seconds.optional(),
});
export type DeadlineOverrides = z.infer<typeof DeadlineOverrides>;

/** The dates pinned to a referral: reminder, second reminder, escalation and expiry. */
export const Deadlines = z.strictObject({
  policy: z.string().min(1).max(40),
  acknowledgeBy: Instant,
  secondReminderAt: Instant,
  decideBy: Instant,
  expiresAt: Instant,
});
export type Deadlines = Immutable<z.infer<typeof Deadlines>>;
