import type { HttpProblemCode } from '@relais/contracts/http-problems';
import type { Problem, ProblemCatalogue, Text } from '@relais/contracts/problems';
import type { Category } from '@relais/contracts/sealed';
import { preferredOf } from './language.ts';

/** Languages of titles and details; the first is the one for callers who ask for none of them. */
export type Language = keyof Text;

/** One invalid field: its JSON Pointer in the body, or the name of the parameter or header. Never its value. */
export type FieldError = { readonly pointer: string; readonly code: string; readonly detail: Text };

export type ProblemExtras = {
  readonly detail?: Text;
  readonly errors?: readonly FieldError[];
  readonly state?: string;
  readonly revision?: string;
  readonly allowedActions?: readonly string[];
  readonly categories?: readonly Category[];
  readonly deadlines?: { readonly [name: string]: string };
  readonly mergedInto?: string;
  readonly retryAfterSeconds?: number;
  readonly headers?: { readonly [name: string]: string };
};

/** Thrown anywhere in a request: answered as the problem of this code (RFC 9457) in the caller's language. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: string;
  readonly extras: ProblemExtras;

  constructor(code: HttpProblemCode | (string & {}), extras: ProblemExtras = {}) {
    super(code);
    this.code = code;
    this.extras = extras;
  }
}

export const problemMediaType = 'application/problem+json; charset=utf-8';

/**
 * The body of a problem. `instance` names the occurrence, except where two answers must not differ: a 404 names
 * its route only, so that an id that does not exist and another association's id give the same bytes.
 */
export function problemBody(
  catalogue: ProblemCatalogue,
  problem: HttpProblem,
  language: Language,
  instance: string,
): Problem {
  const entry = catalogue[problem.code];
  if (entry === undefined) throw new Error(`no catalogue has the problem ${problem.code}`);
  const { detail, errors, state, revision, allowedActions, categories, deadlines, mergedInto } =
    problem.extras;
  // A caller who may not, or who must not know that it exists, is not told where it stands.
  const tellsState = entry.status === 409 || entry.status === 412;
  return {
    type: `urn:relais:problem:${problem.code}`,
    code: problem.code,
    title: entry.title[language],
    status: entry.status,
    detail: (detail ?? entry.detail ?? entry.title)[language],
    instance,
    ...(errors && {
      errors: errors.map((error) => ({
        pointer: error.pointer,
        code: error.code,
        detail: error.detail[language],
      })),
    }),
    ...(tellsState && state !== undefined && { state }),
    ...(tellsState && revision !== undefined && { revision }),
    ...(tellsState && allowedActions && { allowedActions: [...allowedActions] }),
    ...((tellsState || entry.status === 422) && categories && { categories: [...categories] }),
    ...(tellsState && deadlines && { deadlines: { ...deadlines } }),
    ...(tellsState && mergedInto !== undefined && { mergedInto }),
  };
}

/** The language of Accept-Language that we have; French for callers who name neither. */
export const preferredLanguage = (header: string | undefined): Language =>
  preferredOf(header, ['fr', 'en'] as const) ?? 'fr';
