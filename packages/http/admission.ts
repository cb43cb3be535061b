import type { FastifyReply, FastifyRequest } from 'fastify';
import { accepts } from './accept.ts';
import type { AppOptions } from './app-options.ts';
import type { Caller } from './caller.ts';
import { correlationIdOf } from './command.ts';
import { HttpProblem } from './problem.ts';
import { clientRateLimit, rateLimiter } from './rate-limit.ts';

/** OWASP's list for an interface that answers data only; `/docs` replaces the content policy by its own. */
const securityHeaders = {
  'api-version': '1',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

type Done = (error?: Error) => void;

/** The first thing that happens to a request: may it come in, and for whom. Synchronous for a token seen before. */
export function admission({ authenticate, now, rateLimit = clientRateLimit }: AppOptions) {
  const byClient = rateLimiter('client', rateLimit);
  const byAddress = rateLimiter('address', rateLimit);

  const admit = (caller: Caller, request: FastifyRequest, reply: FastifyReply): void => {
    request.caller = caller;
    reply.header('ratelimit-policy', byClient.policy);
    reply.header('ratelimit', byClient.count(caller.clientId, now().getTime()));
    const { access } = request.routeOptions.config;
    if (access !== undefined && access !== 'public' && !access.includes(caller.role)) {
      throw new HttpProblem('role-not-allowed', {
        headers: { 'www-authenticate': 'Bearer realm="relais", error="insufficient_scope"' },
      });
    }
  };
  const countAddress = (request: FastifyRequest, reply: FastifyReply): void => {
    // Whoever floods us from the address of a supervisor or a proxy must not look like the service's own trouble to it.
    if (request.routeOptions.url?.startsWith('/health/')) return;
    const address = request.socket.remoteAddress ?? '';
    reply.header('ratelimit-policy', byAddress.policy);
    reply.header('ratelimit', byAddress.count(address, now().getTime()));
  };
  /** A refused token counts for the address it came from. */
  const refuse = (
    error: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
    done: Done,
  ): void => {
    done(attempt(() => countAddress(request, reply)) ?? (error as Error));
  };

  return (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    request.correlationId = correlationIdOf(request);
    reply.headers(securityHeaders);
    reply.header('correlation-id', request.correlationId);
    const wrong = attempt(() => checkForm(request));
    if (wrong !== undefined) {
      done(wrong);
      return;
    }
    const { access } = request.routeOptions.config;
    if (access === undefined || access === 'public') {
      done(attempt(() => countAddress(request, reply)));
      return;
    }
    let caller: Caller | Promise<Caller>;
    try {
      caller = authenticate(request.headers.authorization);
    } catch (error) {
      refuse(error, request, reply, done);
      return;
    }
    if (!(caller instanceof Promise)) {
      const known = caller;
      done(attempt(() => admit(known, request, reply)));
      return;
    }
    caller.then(
      (verified) => done(attempt(() => admit(verified, request, reply))),
      (error: unknown) => refuse(error, request, reply, done),
    );
  };
}

function attempt(run: () => void): Error | undefined {
  try {
    run();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** One name, with its port: RFC 9112 §3.2 wants 400 for two Host fields, which come joined, and for what is no host. */
const hostForm = /^[^\s,/?#@\\]*$/;

/** A compressed body may hide any size, and %00 is text that PostgreSQL cannot store. */
function checkForm(request: FastifyRequest): void {
  const { 'content-encoding': encoding, accept, host } = request.headers;
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new HttpProblem('unsupported-media-type', { headers: { 'accept-encoding': 'identity' } });
  }
  if (host === undefined || !hostForm.test(host) || request.url.includes('%00')) {
    throw new HttpProblem('malformed-request');
  }
  if (request.url.startsWith('/v1/') && !accepts(accept, typesOf(request))) {
    throw new HttpProblem('not-acceptable');
  }
}

/** What the route gives: JSON, and what its schema says besides. */
function typesOf({ routeOptions }: FastifyRequest): string[] {
  const answers = routeOptions.schema?.response as
    | { readonly 200?: { readonly content?: object } }
    | undefined;
  const besides = Object.keys(answers?.[200]?.content ?? {});
  return ['application/json', 'application/problem+json', ...besides];
}
