import { randomUUID } from 'node:crypto';
import type { Answer, Expectation } from './fuzz-answers.ts';
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
import type { Operation } from './fuzz-operations.ts';

export type Headers = { readonly [name: string]: string | undefined };
export type Request = {
  readonly url: string;
  readonly headers: Headers;
  readonly body?: unknown;
};
export type Send = (request: Request, expectation: Expectation) => Promise<Answer>;

export type Refusable = {
  readonly good: Request;
  /** It was answered: what it asks for is there. */
  readonly isKnown: boolean;
  /** Well-formed tokens that must get 401. */
  readonly refusedTokens: readonly string[];
};

/** Everything that must be refused, one defect at a time on an otherwise good request. */
export async function refuseAll(
  operation: Operation,
  { good, isKnown, refusedTokens }: Refusable,
  send: Send,
): Promise<void> {
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
    const refused = refusedTokens.map((one) => `Bearer ${one}`);
    for (const authorization of [...hostileAuthorizations(token), ...refused]) {
      await send(withHeaders({ authorization }), { status: 401 });
    }
  }
  await refuseQueries({ good, isKnown }, fresh, send);
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

async function refuseQueries(
  { good, isKnown }: Pick<Refusable, 'good' | 'isKnown'>,
  fresh: () => Request,
  send: Send,
): Promise<void> {
  const [path = ''] = good.url.split('?');
  for (const query of hostileQueries) {
    // A cursor belongs to a list that is there: where it is not, that comes first.
    const isCertain = isKnown || !query.startsWith('cursor=canary');
    const url = `${path}?${query}`;
    await send({ ...fresh(), url }, isCertain ? { status: 400 } : { isRefused: true });
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
