/** What a coordinator has to look at. */
import { z } from 'zod';
import { Id, Moment } from './parts.ts';

export const WorklistKind = z.enum([
  'unanswered',
  'overdue',
  'stuck',
  'declined-twice',
  'consent-exception',
  'break-glass',
]);
export type WorklistKind = z.infer<typeof WorklistKind>;

export const WorklistItem = z
  .object({
    kind: WorklistKind,
    /** Of what it is about: the referral, case, exception or break-glass. */
    id: Id,
    case: Id,
    referral: Id.nullable(),
    state: z.string().nullable(),
    label: z.string().nullable(),
    priority: z.string().nullable(),
    sender: Id.nullable(),
    receiver: Id.nullable(),
    /** Since when it deserves attention. */
    since: Moment,
  })
  .meta({ id: 'WorklistItem' });
export type WorklistItem = z.infer<typeof WorklistItem>;

/** Work in hand: counts, by association and by referent. */
export const Workload = z
  .object({
    associations: z.array(
      z.object({
        association: Id,
        openCases: z.int(),
        referralsToAnswer: z.int(),
        referralsInProgress: z.int(),
        overdue: z.int(),
      }),
    ),
    referents: z.array(z.object({ referent: Id, association: Id, openCases: z.int() })),
  })
  .meta({ id: 'Workload' });
export type Workload = z.infer<typeof Workload>;

/**
 * A case that may be of the same person. Another association's stays unnamed: `candidate` is opaque, means nothing
 * elsewhere, and is the same each time this case is asked about.
 */
export const DuplicateCandidate = z
  .object({
    candidate: z.string(),
    own: z.boolean(),
    case: Id.nullable(),
    matched: z.array(z.enum(['name', 'birth-date', 'phone'])),
  })
  .meta({ id: 'DuplicateCandidate' });
export type DuplicateCandidate = z.infer<typeof DuplicateCandidate>;
