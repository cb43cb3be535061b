import { z } from 'zod';
import { Category } from './sealed.ts';

/** A text in both languages of the interface. */
export type Text = { readonly en: string; readonly fr: string };

/**
 * What a problem code means: its HTTP status, its title, and where the title leaves a question, what to do.
 * Codes are stable, texts may improve. `retryAfterSeconds` becomes Retry-After (RFC 9110 §10.2.3).
 */
export type ProblemCatalogue = {
  readonly [code: string]: {
    readonly status: number;
    readonly title: Text;
    readonly detail?: Text;
    readonly retryAfterSeconds?: number;
  };
};

/** RFC 9457 problem details as every service answers them. `type` is `urn:relais:problem:<code>`. */
export const Problem = z
  .object({
    type: z.string(),
    code: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    /** All invalid fields at once: where (JSON Pointer in the body, or the name of the parameter or header) and why. */
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() }))
      .optional(),
    /** On a conflict: where the resource stands and what may be done with it now. */
    state: z.string().optional(),
    revision: z.string().optional(),
    allowedActions: z.array(z.string()).optional(),
    /** What is missing, of the categories of personal data: no consent covers it, say. */
    categories: z.array(Category).optional(),
    /** What has a date: from when it can be done, say. */
    deadlines: z.record(z.string(), z.iso.datetime()).optional(),
    /** The case that goes on in place of one that was merged. */
    mergedInto: z.uuid().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
