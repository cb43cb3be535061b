import type { App } from '@relais/http/app-options';
import { HttpProblem } from '@relais/http/problem';
import { rateLimiter } from '@relais/http/rate-limit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Issuer } from './issuer.ts';
import { jwksPath, tokenPath } from './provider.ts';

/** Tokens live for five minutes: a partner needs a few a minute, and a guesser gets nowhere. */
const tokenRateLimit = { requests: 600, windowSeconds: 10 };

const metadataPaths = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  jwksPath,
];

/** The issuer's endpoints, and none but these: what else the library has stays out of reach. */
export async function issuerRoutes(app: App, issuer: Issuer, now: () => Date): Promise<void> {
  const limiter = rateLimiter('token', tokenRateLimit);
  await app.register(async (scope) => {
    // The library reads the body itself, 56 KiB at most.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));

    const handOver = (request: FastifyRequest, reply: FastifyReply): void => {
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.hijack();
      issuer.handle(request.raw, reply.raw);
    };
    const config = { access: 'public' } as const;
    for (const path of metadataPaths) scope.get(path, { config }, handOver);
    scope.post(tokenPath, { config }, (request, reply) => {
      const refused = countRequest(request, reply);
      if (!refused) handOver(request, reply);
    });

    /** True when the address asks too often; the answer is OAuth's, not a problem. */
    function countRequest(request: FastifyRequest, reply: FastifyReply): boolean {
      try {
        const left = limiter.count(request.socket.remoteAddress ?? '', now().getTime());
        reply.header('ratelimit', left).header('ratelimit-policy', limiter.policy);
        return false;
      } catch (error) {
        if (!(error instanceof HttpProblem)) throw error;
        const { headers = {}, retryAfterSeconds } = error.extras;
        void reply
          .code(429)
          .headers({ ...headers, 'retry-after': String(retryAfterSeconds) })
          .send({ error: 'temporarily_unavailable' });
        return true;
      }
    }
  });
}
