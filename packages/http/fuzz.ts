import { randomUUID } from 'node:crypto';
import { Role } from '@relais/contracts/identity';
import fc, { type Arbitrary } from 'fast-check';
import type { Test } from 'tap';
import type { App } from './app-options.ts';
import { type Answer, answerChecker, type Expectation } from './fuzz-answers.ts';
import {
  canary,
  harmlessHeaders,
  hostileAuthorizations,
  hostileBodies,
  hostileKeys,
  hostileQueries,
  hostileTags,
  serverOwnedFields,
} from './fuzz-corpus.ts';
import { type Operation, operationsOf } from './fuzz-operations.ts';
import { arbitraryOf, type SchemaContext } from './fuzz-schema.ts';

export type FuzzTarget = {
  readonly app: App;
  readonly token: (role: Role) => string | Promise<string>;
  /** Known good values by parameter or property name: `{ id: [referralId], to: [association] }`. */
  readonly samples?: SchemaContext['samples'];
  /** Random valid requests per route and role. Default 20. */
  readonly runs?: number;
};

type Headers = { readonly [name: string]: string | undefined };
type Request = {
  readonly url: string;
  readonly headers: Headers;
  readonly body?: unknown;
};
type Send = (request: Request, expectation: Expectation) => Promise<void>;

/**
 * Drives every route under /v1 from the served OpenAPI document, with requests it should take and with everything it
 * should refuse. Right answers must conform to the document, wrong ones must be problems, none may be a 5xx, and no
 * refused value may come back. Fails with the request that showed otherwise.
 */
export function fuzzRoutes(t: Test, { app, token, samples = {}, runs = 20 }: FuzzTarget): void {
  const { operations, components, document } = operationsOf(app);
  const context = { components, samples };
  for (const operation of operations) {
    t.test(
      `${operation.method} ${operation.path} answers as documented, whatever comes`,
      async (t) => {
        const check = answerChecker(operation, document);
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
        };
        for (const role of operation.roles) {
          const authorization = `Bearer ${await token(role)}`;
          const valid = requestOf(operation, context, authorization);
          await fc.assert(
            fc.asyncProperty(valid, (request) => send(request, {})),
            { numRuns: runs },
          );
          const [sample] = fc.sample(valid, 1);
          if (sample !== undefined) await refuseAll(operation, sample, send);
        }
        t.pass(`${operation.method} ${operation.path}`);
      },
    );
  }
}

const present = (headers: Headers): { [name: string]: string } =>
  Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

/** A request with its own key and a revision that may be right; the parameters as the document describes them. */
function requestOf(
  operation: Operation,
  context: SchemaContext,
  authorization: string,
): Arbitrary<Request> {
  const parts = {
    path: fc.record(record(operation, 'path', context)),
    query: fc.record(record(operation, 'query', context), { requiredKeys: [] }),
    body: operation.body ? arbitraryOf(operation.body, context) : fc.constant(undefined),
    revision: fc.constantFrom('0', '1', '2', '7'),
  };
  return fc.record(parts).map(({ path, query, body, revision }) => ({
    url: addressOf(operation, path, query),
    headers: {
      authorization: operation.isPublic ? undefined : authorization,
      'idempotency-key': operation.isCommand ? `"${randomUUID()}"` : undefined,
      'if-match': operation.isChange ? `"${revision}"` : undefined,
    },
    body,
  }));
}

const record = ({ parameters }: Operation, place: 'path' | 'query', context: SchemaContext) =>
  Object.fromEntries(
    parameters
      .filter((parameter) => parameter.in === place && parameter.name !== 'waitFor')
      .map(({ name, schema }) => [name, arbitraryOf(schema, context, name)]),
  );

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

/** Everything that must be refused, one defect at a time on an otherwise good request. */
async function refuseAll(operation: Operation, good: Request, send: Send): Promise<void> {
  const fresh = (): Request =>
    operation.isCommand
      ? { ...good, headers: { ...good.headers, 'idempotency-key': `"${randomUUID()}"` } }
      : good;
  const withHeaders = (headers: Headers): Request => {
    const request = fresh();
    return { ...request, headers: { ...request.headers, ...headers } };
  };
  for (const headers of harmlessHeaders) await send(withHeaders(headers), {});
  if (!operation.isPublic) {
    const token = good.headers.authorization?.replace('Bearer ', '') ?? '';
    for (const authorization of hostileAuthorizations(token)) {
      await send(withHeaders({ authorization }), { status: 401 });
    }
  }
  await refuseQueries(good, fresh, send);
  if (operation.isCommand) {
    for (const key of [undefined, ...hostileKeys]) {
      await send(withHeaders({ 'idempotency-key': key }), { status: 400 });
    }
  }
  if (operation.isChange) {
    await send(withHeaders({ 'if-match': undefined }), { status: 428 });
    for (const tag of hostileTags) await send(withHeaders({ 'if-match': tag }), { status: 400 });
  }
  if (operation.method !== 'GET') await refuseBodies(operation, good, withHeaders, send);
}

async function refuseQueries(good: Request, fresh: () => Request, send: Send): Promise<void> {
  const [path = ''] = good.url.split('?');
  for (const query of hostileQueries) {
    await send({ ...fresh(), url: `${path}?${query}` }, { status: 400 });
  }
}

async function refuseBodies(
  operation: Operation,
  good: Request,
  withHeaders: (headers: Headers) => Request,
  send: Send,
): Promise<void> {
  const takesBody = operation.body !== undefined;
  for (const { body, contentType, headers, status } of hostileBodies) {
    const type = { 'content-type': contentType ?? 'application/json' };
    const isForAll = status !== 400 || String(body).startsWith('{');
    await send(
      { ...withHeaders({ ...type, ...headers }), body },
      takesBody || isForAll ? { status } : {},
    );
  }
  const object = typeof good.body === 'object' && good.body !== null ? good.body : {};
  const known = Object.keys(operation.body?.properties ?? {});
  const isPlain = operation.body === undefined || operation.body.properties !== undefined;
  for (const field of serverOwnedFields.filter((name) => isPlain && !known.includes(name))) {
    await send(
      { ...withHeaders({}), body: { ...object, [field]: canary } },
      { status: 400, names: `/${field}` },
    );
  }
  for (const field of known) {
    for (const value of [{ [field]: canary }, [[canary]]]) {
      await send({ ...withHeaders({}), body: { ...object, [field]: value } }, { isRefused: true });
    }
  }
}

/** The roles that a token may have. */
export const roles: readonly Role[] = Role.options;
