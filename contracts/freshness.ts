/**
 * How long an offer is believed. Policy data: what nobody confirms is asked about, and in the end shown as perhaps no
 * longer true. Mirrors of outside sources are kept fresh by their imports.
 */
import { z } from 'zod';

export const freshnessPolicy = {
  version: '2026-11',
  /** Days after the last confirmation: whoever keeps the offer is asked each time. */
  remindAfterDays: [150, 180],
  staleAfterDays: 210,
} as const;

/** `asked`: reminders were sent and not answered yet. `stale`: all of them were in vain. */
export const Freshness = z.enum(['fresh', 'asked', 'stale']).meta({ id: 'Freshness' });
export type Freshness = z.infer<typeof Freshness>;
