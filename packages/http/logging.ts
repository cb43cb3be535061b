import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppOptions } from './app-options.ts';
import { loggable } from './faults.ts';

/** Structured lines. No address, query, body, header or token ever stands in one. */
export const loggerOptions = ({ service, logTo, logLevel = 'info' }: AppOptions) => ({
  level: logLevel,
  base: { service },
  ...(logTo && { stream: logTo }),
  serializers: {
    err: (error: unknown) => loggable(error),
    req: (request: FastifyRequest) => ({
      method: request.method,
      route: request.routeOptions?.url,
    }),
  },
});

/** One line a request, when it is over; at level debug for health checks, which come every few seconds and at the start say 503. */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  const isQuiet =
    request.routeOptions.url?.startsWith('/health/') && [200, 503].includes(reply.statusCode);
  request.log[isQuiet ? 'debug' : 'info'](
    {
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      client: request.caller?.clientId,
      correlationId: request.correlationId,
    },
    'request',
  );
}
