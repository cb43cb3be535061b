import { z } from 'zod';

/**
 * What every accepted command answers. It never holds personal data: it is kept with the idempotency key.
 * `revision` is the ETag's content, `position` a token for `waitFor`; both are decimal strings of 64-bit integers.
 */
export const CommandAnswer = z
  .object({
    id: z.uuid(),
    state: z.string(),
    revision: z.string().regex(/^\d+$/),
    position: z.string().regex(/^\d+$/),
    allowedActions: z.array(z.string()),
    deadlines: z.record(z.string(), z.iso.datetime()),
  })
  .meta({ id: 'CommandAnswer' });
export type CommandAnswer = z.infer<typeof CommandAnswer>;
