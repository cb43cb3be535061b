/** A merge as those see it who may undo it. */
import { z } from 'zod';
import { Id, Moment, Revision } from './parts.ts';

export const MergeView = z
  .object({
    id: Id,
    kept: Id,
    absorbed: Id,
    state: z.enum(['made', 'undone', 'voided']),
    reason: z.string(),
    undoReason: z.string().nullable(),
    madeAt: Moment,
    endedAt: Moment.nullable(),
    revision: Revision,
    allowedActions: z.array(z.string()),
  })
  .meta({ id: 'Merge' });
export type MergeView = z.infer<typeof MergeView>;
