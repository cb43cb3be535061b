import { z } from 'zod';

/** What a problem code means: its HTTP status and its title in both languages. Codes are stable, texts may improve. */
export type ProblemCatalogue = {
  readonly [code: string]: {
    readonly status: number;
    readonly title: { readonly en: string; readonly fr: string };
  };
};

/** RFC 9457 problem details as every service answers them. `type` ends in the code. */
export const Problem = z
  .object({
    type: z.string(),
    code: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    /** All invalid fields at once: where (JSON Pointer in the body, or the name of the parameter) and why. */
    errors: z
      .array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() }))
      .optional(),
    /** On a conflict: where the resource stands and what may be done with it now. */
    state: z.string().optional(),
    revision: z.string().optional(),
    allowedActions: z.array(z.string()).optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;
