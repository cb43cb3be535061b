import type { FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { z } from 'zod';
import { fieldErrors } from './invalid-fields.ts';
import type { FieldError } from './problem.ts';

/** Stands in place of the params, query or body that a schema refused, until `invalidParts` collects all of them. */
class Invalid {
  readonly errors: readonly FieldError[];

  constructor(errors: readonly FieldError[]) {
    this.errors = errors;
  }
}

/**
 * Fastify stops at the first part of a request that a validator refuses. This one refuses nothing by itself, so that
 * one answer can list the invalid fields of all parts; `invalidParts` must be asked before the handler runs.
 */
export const validatorCompiler: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (data: unknown) => {
    // Fastify gives null for a part that is not there.
    const result = schema.safeParse(data ?? undefined);
    if (result.success) return { value: result.data };
    return { value: new Invalid(fieldErrors(result.error.issues, data, httpPart === 'body')) };
  };

/** Every invalid field of params, query and body; undefined when all is well. */
export function invalidParts(request: FastifyRequest): FieldError[] | undefined {
  const { params, query, body } = request;
  if (!(params instanceof Invalid || query instanceof Invalid || body instanceof Invalid)) {
    return undefined;
  }
  return [params, query, body].flatMap((part) => (part instanceof Invalid ? part.errors : []));
}

const repeatedMax = 50;

/** A query parameter that may be repeated; every other parameter given twice is refused. */
export const repeatable = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(schema).max(repeatedMax),
  );
