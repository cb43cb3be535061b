import type { FastifyReply } from 'fastify';
import type { App } from './app-options.ts';
import { HttpProblem } from './problem.ts';

/**
 * An answer that has not begun within `ms` is a 503. One that has may take as long as somebody reads it: an export is as long
 * as the directory. Fastify's own limit (`handlerTimeout` of 5.12) ends when the body has been read, before the handler begins: it never holds for a command.
 */
export function limitTime(app: App, ms: number): void {
  app.addHook('onRequest', (_request, reply, done) => {
    const limit = setTimeout(() => late(reply), ms);
    reply.raw.once('close', () => clearTimeout(limit));
    done();
  });
}

function late(reply: FastifyReply): void {
  if (!reply.raw.headersSent && !reply.sent) reply.send(new HttpProblem('unavailable'));
}
