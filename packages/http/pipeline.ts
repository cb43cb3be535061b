import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { z } from 'zod';
import type { AppOptions } from './app-options.ts';
import { attemptOf, commandHeaders, commandOf, requestFingerprint } from './command.ts';
import { loggable } from './faults.ts';
import { type IdempotencyStore, idempotencyStore, type Kept } from './idempotency.ts';
import { type FieldError, HttpProblem } from './problem.ts';
import { invalidParts } from './validation.ts';
import { takePosition, waitForRows } from './wait-for.ts';

declare module 'fastify' {
  interface FastifyRequest {
    fingerprint: string;
    /** The slot this request claimed, until its answer is kept. */
    claimed: string;
    /** Position the rows must have reached before they are read. */
    position: bigint | undefined;
  }
}

/** The body of routes that take none. */
export const noBody = z.strictObject({}).optional();
const noQuery = z.strictObject({});
const bodyMethods = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Gives a route what its config asks for. A route that forgot to say who may call it does not start. */
export function routePipeline(options: AppOptions): (route: RouteOptions) => void {
  const store = idempotencyStore(options.database);
  const claimHook = claimCommand(options, store);
  const keepHook = keepAnswer(store);
  const readHook = checkRead(options);
  return (route) => {
    const { access, command } = route.config ?? {};
    const where = `${String(route.method)} ${route.url}`;
    if (access === undefined) throw new Error(`${where}: config.access is missing`);
    if (route.url.includes(':') && route.schema?.params === undefined) {
      throw new Error(`${where}: schema.params is missing`);
    }
    if (command !== undefined && access === 'public') throw new Error(`${where}: a public command`);
    const takesBody = bodyMethods.includes(String(route.method));
    route.schema = {
      ...route.schema,
      querystring: route.schema?.querystring ?? noQuery,
      ...(takesBody && { body: route.schema?.body ?? noBody }),
    };
    if (command !== undefined) {
      route.preValidation = [fingerprint, ...list(route.preValidation)];
      route.preHandler = [claimHook, ...list(route.preHandler)];
      route.onSend = [...list(route.onSend), keepHook];
    } else {
      route.preValidation = [takePosition, ...list(route.preValidation)];
      route.preHandler = [readHook, ...list(route.preHandler)];
    }
  };
}

const list = <Hook>(hooks: Hook | Hook[] | undefined): Hook[] =>
  hooks === undefined ? [] : Array.isArray(hooks) ? hooks : [hooks];

function fingerprint(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  request.fingerprint = requestFingerprint(request);
  done();
}

const invalid = (errors: readonly FieldError[]) => new HttpProblem('invalid-request', { errors });

const claimCommand =
  ({ service, now }: AppOptions, store: IdempotencyStore) =>
  async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const errors = invalidParts(request) ?? [];
    const kind = request.routeOptions.config.command ?? 'create';
    const { key, expected } = commandHeaders(request, kind, errors);
    if (errors.length > 0) throw invalid(errors);
    const claim = await store.claim(attemptOf(service, request, key, now()));
    switch (claim.claim) {
      case 'running':
        throw new HttpProblem('idempotency-key-in-use');
      case 'reused':
        throw new HttpProblem('idempotency-key-reused');
      case 'finished':
        return replay(reply, claim.answer);
      case 'ours':
        request.claimed = claim.attempt.slot;
        request.command = commandOf(claim.attempt, request, expected);
        return undefined;
    }
  };

const replay = (reply: FastifyReply, { status, headers, body }: Kept): FastifyReply =>
  reply
    .code(status)
    .headers(headers)
    .serializer((payload: unknown) => payload as string)
    .send(body);

const keptHeaders = ['content-type', 'content-language', 'etag', 'location', 'relais-position'];

/** Keeps the answer before it leaves, so that whoever repeats the request gets it. Faults are not kept: they pass. */
const keepAnswer =
  (store: IdempotencyStore) =>
  async (request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> => {
    const slot = request.claimed;
    if (slot === '') return;
    request.claimed = '';
    const isKept = reply.statusCode < 500 && typeof payload === 'string';
    const answer = isKept
      ? { status: reply.statusCode, headers: pick(reply), body: payload }
      : undefined;
    // The command itself is done and in the log: an answer that cannot be kept is still the right answer.
    await store.finish(slot, answer).catch((error: unknown) => {
      request.log.warn({ fault: loggable(error) }, 'answer not kept');
    });
  };

function pick(reply: FastifyReply): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const name of keptHeaders) {
    const value = reply.getHeader(name);
    if (value !== undefined) headers[name] = String(value);
  }
  return headers;
}

const checkRead =
  ({ readModel }: AppOptions) =>
  async (request: FastifyRequest): Promise<void> => {
    const errors = invalidParts(request);
    if (errors !== undefined) throw invalid(errors);
    if (!readModel.isReadable()) throw new HttpProblem('not-ready');
    if (request.position === undefined) return;
    const isPublic = request.routeOptions.config.access === 'public';
    await waitForRows(readModel, request.position, isPublic ? 'everybody' : 'members');
  };
