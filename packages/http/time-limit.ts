import type { FastifyReply } from 'fastify';
import type { App } from './app-options.ts';
import { HttpProblem } from './problem.ts';

/**
 * An answer that is not there within `ms` is a 503, and one that is not sent to its end by then is cut off. Fastify's own
 * limit (`handlerTimeout` of 5.12) ends when the body has been read, before the handler begins: it never holds for a command.
 */
export function limitTime(app: App, ms: number): void {
  app.addHook('onRequest', (_request, reply, done) => {
    const limit = setTimeout(() => late(reply), ms);
    reply.raw.once('close', () => clearTimeout(limit));
    done();
  });
}

function late(reply: FastifyReply): void {
  if (reply.raw.headersSent) reply.raw.destroy();
  else if (!reply.sent) reply.send(new HttpProblem('unavailable'));
}
