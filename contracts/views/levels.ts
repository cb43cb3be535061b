/**
 * What a caller gets to see of a case or a referral follows from its relation to it; each level has a schema of its
 * own, which is the list of fields that may leave. `none` answers like an id that does not exist.
 */
import { z } from 'zod';

export const CaseLevel = z.enum([
  'owner',
  'break-glass',
  'coordinator-of-remit',
  'receiver-open',
  'former-owner',
  'receiver-ended',
  'coordinator',
  'auditor',
  'merged',
  'none',
]);
export type CaseLevel = z.infer<typeof CaseLevel>;

export const ReferralLevel = z.enum([
  'owner',
  'break-glass',
  'receiver-open',
  'sender',
  'receiver-ended',
  'eligible',
  'coordinator-of-remit',
  'coordinator',
  'auditor',
  'none',
]);
export type ReferralLevel = z.infer<typeof ReferralLevel>;
