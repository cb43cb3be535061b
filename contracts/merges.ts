/** Two files of one person become one, and can be told apart again: both histories stay where they were. */
import { z } from 'zod';
import type { EventContract, EventOf } from './event-contract.ts';
import { AssociationId, CaseId } from './ids.ts';
import { Code, OccurredAt } from './values.ts';

/**
 * `same_person` and `entered_twice` say that the main persons of both files are one: who is forgotten in one file is
 * forgotten in the other. `same_household` says it of nobody; then only names tell.
 */
export const MergeReason = z.enum(['same_person', 'same_household', 'entered_twice']);
export type MergeReason = z.infer<typeof MergeReason>;
export const UndoReason = z.enum(['different_persons', 'merged_in_error']);
export type UndoReason = z.infer<typeof UndoReason>;

export const MergeCases = z.strictObject({
  kept: CaseId,
  absorbed: CaseId,
  reason: MergeReason.describe(
    '`same_person`, `entered_twice`: the main persons of both files are one, and are forgotten together. `same_household`: they are not.',
  ),
  occurredAt: OccurredAt,
});
export const UndoMerge = z.strictObject({ reason: UndoReason, occurredAt: OccurredAt });

const both = { kept: CaseId, absorbed: CaseId };

const schemas = {
  'merge-made.v1': z.strictObject({
    ...both,
    keptOwner: AssociationId,
    absorbedOwner: AssociationId,
    reason: Code,
  }),
  'merge-undone.v1': z.strictObject({ ...both, reason: Code }),
  /** Made, but one of the cases had meanwhile been merged elsewhere: nothing came of it. */
  'merge-voided.v1': z.strictObject({ ...both, because: z.enum(['already-merged']) }),
};

export type MergeEvent = EventOf<typeof schemas>;
export const mergeContract: EventContract<MergeEvent> = { schemas, upcasters: {} };
