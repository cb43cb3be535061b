import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type HttpProblemCode, httpProblems } from '@relais/contracts/http-problems';
import type { ProblemCatalogue } from '@relais/contracts/problems';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { faultOf, loggable } from './faults.ts';
import { HttpProblem, preferredLanguage, problemBody, problemMediaType } from './problem.ts';

/** Answers whatever was thrown as a problem. The catalogue holds the general problems and the service's. */
export const errorHandler =
  (catalogue: ProblemCatalogue) =>
  (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const { problem, isBug } = faultOf(error);
    if (isBug) request.log.error({ fault: loggable(error) }, 'unexpected error');
    else if (!(error instanceof HttpProblem)) request.log.warn({ fault: loggable(error) }, 'fault');
    return sendProblem(catalogue, problem, request, reply);
  };

/** Writes the problem's bytes itself: no response schema is in the way of a refusal. */
export function sendProblem(
  catalogue: ProblemCatalogue,
  problem: HttpProblem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const entry = catalogue[problem.code];
  if (entry === undefined) {
    request.log.error({ code: problem.code }, 'no catalogue has this problem');
    return sendProblem(catalogue, new HttpProblem('internal-error'), request, reply);
  }
  const language = preferredLanguage(request.headers['accept-language']);
  const instance =
    entry.status === 404
      ? (request.routeOptions.url ?? 'about:blank')
      : `urn:relais:request:${request.id}`;
  const retryAfter = problem.extras.retryAfterSeconds ?? entry.retryAfterSeconds;
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  for (const [name, value] of Object.entries(problem.extras.headers ?? {})) {
    // The ETag of what must stay hidden stays hidden too.
    if (name !== 'etag' || entry.status === 409 || entry.status === 412) reply.header(name, value);
  }
  return reply
    .code(entry.status)
    .header('content-type', problemMediaType)
    .header('content-language', language)
    .header('vary', 'accept-language')
    .serializer(identity)
    .send(JSON.stringify(problemBody(catalogue, problem, language, instance)));
}

const identity = (payload: unknown): string => payload as string;

/** A URL that the router cannot decode never reaches a route: answered here. */
export const frameworkErrors = (error: unknown, request: unknown, reply: unknown): void => {
  const { problem } = faultOf(error);
  sendProblem(httpProblems, problem, request as FastifyRequest, reply as FastifyReply);
};

const byParserCode: { readonly [code: string]: HttpProblemCode } = {
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'body-too-large',
};

/** What is not HTTP, too slow or too long in its headers: answered on the bare socket, which is then closed. */
export function clientErrorHandler(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const problem = new HttpProblem(byParserCode[error.code ?? ''] ?? 'malformed-request');
  const body = JSON.stringify(problemBody(httpProblems, problem, 'fr', 'about:blank'));
  const { status } = httpProblems[problem.code as HttpProblemCode];
  // An answer under way on this socket must not be followed by a second head.
  const answer = (socket as Socket & { _httpMessage?: { headersSent: boolean } })._httpMessage;
  if (socket.writable && answer?.headersSent !== true) {
    socket.write(
      `HTTP/1.1 ${status} \r\nContent-Type: ${problemMediaType}\r\nCache-Control: no-store\r\n` +
        `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
    );
  }
  socket.destroySoon();
}

/** A path that exists for other methods is 405 with Allow, and OPTIONS tells the same without an error. */
export const notFoundHandler =
  (catalogue: ProblemCatalogue, methodsAt: (path: string) => readonly string[]) =>
  (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const methods = methodsAt(pathOf(request.raw));
    if (methods.length === 0) {
      return sendProblem(catalogue, new HttpProblem('not-found'), request, reply);
    }
    const allow = [...methods, 'OPTIONS'].join(', ');
    if (request.method === 'OPTIONS') return reply.code(204).header('allow', allow).send();
    const problem = new HttpProblem('method-not-allowed', { headers: { allow } });
    return sendProblem(catalogue, problem, request, reply);
  };

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/';
