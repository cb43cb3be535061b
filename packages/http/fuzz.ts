import { randomUUID } from 'node:crypto';
import { Role } from '@relais/contracts/identity';
import fc, { type Arbitrary } from 'fast-check';
import type { Test } from 'tap';
import type { App } from './app-options.ts';
import { type Answer, answerChecker, documentSchemas } from './fuzz-answers.ts';
import { type Operation, operationsOf } from './fuzz-operations.ts';
import { type Headers, type Request, refuseAll, type Send } from './fuzz-refusals.ts';
import { arbitraryOf, type SchemaContext } from './fuzz-schema.ts';

export type FuzzTarget = {
  readonly app: App;
  /** Several where callers of one role differ; each good request is one of theirs. */
  readonly token: (role: Role) => Promise<string | readonly string[]> | string;
  /**
   * Known good values by parameter or property name: `{ case: [caseId], to: [association] }`. A parameter of a path
   * is `cases.id` where the path begins with /v1/cases, or `feeds.id` for /a/feeds/{id}; or just `id`.
   */
  readonly samples?: SchemaContext['samples'];
  /** Well-formed tokens that must get 401 on every route, beside what can be made of a good one. */
  readonly refusedTokens?: readonly string[];
  /** Random valid requests per route and role. Default 20. */
  readonly runs?: number;
};

const attemptsMax = 300;

/**
 * Drives every route from the served OpenAPI document, with requests it should take and with everything it
 * should refuse. Right answers must conform to the document, wrong ones must be problems, none may be a 5xx, and no
 * refused value may come back. Fails with the request that showed otherwise.
 */
export function fuzzRoutes(
  t: Test,
  { app, token, samples = {}, refusedTokens = [], runs = 20 }: FuzzTarget,
): void {
  const { operations, components, document } = operationsOf(app);
  const context = { components, samples };
  const validatorOf = documentSchemas(document);
  for (const operation of operations) {
    t.test(
      `${operation.method} ${operation.path} answers as documented, whatever comes`,
      async (t) => {
        const check = answerChecker(operation, validatorOf);
        const send: Send = async ({ url, headers, body }, expectation) => {
          const payload =
            body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
              ? body
              : JSON.stringify(body);
          const response = await app.inject({
            method: operation.method as 'GET',
            url,
            headers: present({
              ...(payload !== undefined && { 'content-type': 'application/json' }),
              ...headers,
            }),
            ...(payload !== undefined && { payload }),
          });
          check(response as Answer, { request: { url, headers, body }, ...expectation });
          return response as Answer;
        };
        for (const role of operation.roles) {
          const tokens = [await token(role)].flat();
          const valid = requestOf(operation, context, tokens);
          let answered: Request | undefined;
          let formed: Request | undefined;
          await fc.assert(
            fc.asyncProperty(valid, async (request) => {
              const status = await answerTo(request, send);
              if (status < 400) answered = request;
              if (status !== 400) formed = request;
            }),
            { numRuns: runs },
          );
          // What is refused for its form is refused for every role alike.
          if (role !== operation.roles[0]) continue;
          const good = answered ?? formed ?? (await wellFormed(valid, send));
          if (good === undefined) {
            t.fail('nothing that is made of the document is well-formed: it needs a sample');
            continue;
          }
          const isKnown = answered !== undefined;
          await refuseAll(operation, { good, isKnown, refusedTokens }, send);
        }
        t.pass(`${operation.method} ${operation.path}`);
      },
    );
  }
}

/** Rules of a body that the document cannot tell (a period that is not reversed) refuse some of what it allows. */
async function wellFormed(valid: Arbitrary<Request>, send: Send): Promise<Request | undefined> {
  for (const request of fc.sample(valid, attemptsMax)) {
    const [path = ''] = request.url.split('?');
    for (const one of [request, { ...request, url: path }]) {
      if ((await send(one, {})).statusCode !== 400) return one;
    }
  }
  return undefined;
}

/** The status. On a conflict it is sent once more with the revision told, so that the rules behind are reached. */
async function answerTo(request: Request, send: Send): Promise<number> {
  const { statusCode, body } = await send(request, {});
  if (statusCode !== 412) return statusCode;
  const { revision } = JSON.parse(body) as { revision?: string };
  if (revision === undefined) return statusCode;
  const headers = { 'if-match': `"${revision}"`, 'idempotency-key': `"${randomUUID()}"` };
  const again = await send({ ...request, headers: { ...request.headers, ...headers } }, {});
  return again.statusCode;
}

const present = (headers: Headers): { [name: string]: string } =>
  Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/** A request with its own key and a revision that may be right; the parameters as the document describes them. */
function requestOf(
  operation: Operation,
  context: SchemaContext,
  tokens: readonly string[],
): Arbitrary<Request> {
  const parts = {
    path: fc.record(record(operation, 'path', context)),
    query: fc.record(record(operation, 'query', context), { requiredKeys: [] }),
    body: operation.body ? arbitraryOf(operation.body, context) : fc.constant(undefined),
    revision: fc.constantFrom('0', '1', '2', '7'),
    token: fc.constantFrom(...tokens),
  };
  return fc.record(parts).map(({ path, query, body, revision, token }) => ({
    url: addressOf(operation, path, query),
    headers: {
      authorization: operation.isPublic ? undefined : `Bearer ${token}`,
      'idempotency-key': operation.isCommand ? `"${randomUUID()}"` : undefined,
      'if-match': operation.isChange ? `"${revision}"` : undefined,
    },
    body,
  }));
}

function record(
  { path, parameters }: Operation,
  place: 'path' | 'query',
  context: SchemaContext,
): { [name: string]: Arbitrary<unknown> } {
  const kept = parameters.filter((one) => one.in === place && one.name !== 'waitFor');
  return Object.fromEntries(
    kept.map(({ name, schema }) => {
      const own = `${path.split('/')[2]}.${name}`;
      return [name, arbitraryOf(schema, context, own in context.samples ? own : name)];
    }),
  );
}

function addressOf(operation: Operation, path: object, query: object): string {
  let url = operation.path;
  for (const [name, value] of Object.entries(path)) {
    url = url.replace(`{${name}}`, encodeURIComponent(String(value).toWellFormed()));
  }
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value].flat()) search.append(name, String(one));
  }
  return search.size > 0 ? `${url}?${search}` : url;
}

/** The roles that a token may have. */
export const roles: readonly Role[] = Role.options;
