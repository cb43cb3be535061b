import { z } from 'zod';

/**
 * A service's settings out of its environment: names of variables are the schema's keys. Throws one error that names
 * every wrong variable and never shows a value, which may be a secret. Called by each service's config.ts alone.
 */
export function readConfig<Schema extends z.ZodObject>(
  schema: Schema,
  environment: { readonly [name: string]: string | undefined },
): z.infer<Schema> {
  const given = Object.fromEntries(
    // An empty variable is how a compose file says "not set".
    Object.keys(schema.shape).map((name) => [name, environment[name] || undefined]),
  );
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const wrong = result.error.issues.map(
    (issue) =>
      `${issue.path.join('.')}: ${given[String(issue.path[0])] === undefined ? 'missing' : issue.code}`,
  );
  throw new Error(`wrong settings: ${wrong.join('; ')}`);
}

/** A whole number in the environment, with its bounds. */
export const numberVariable = (min: number, max: number) =>
  z.coerce.number().pipe(z.int().min(min).max(max));

/** A secret of so many bytes in base64url or base64. */
export const keyVariable = (bytes: number) =>
  z
    .string()
    .transform((text) => Buffer.from(text, 'base64'))
    .refine((key) => key.length === bytes);
