import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { httpProblems } from '@relais/contracts/http-problems';
import Fastify, { LogController } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import { admission } from './admission.ts';
import type { App, AppOptions, Routes } from './app-options.ts';
import { documentation } from './docs.ts';
import { clientErrorHandler, errorHandler, frameworkErrors, notFoundHandler } from './errors.ts';
import { healthRoutes } from './health.ts';
import { parseJson } from './json.ts';
import { loggerOptions, logRequest } from './logging.ts';
import { routePipeline } from './pipeline.ts';
import { routeTable } from './route-table.ts';
import { limitTime } from './time-limit.ts';
import { validatorCompiler } from './validation.ts';

const bodyLimitDefault = 256 * 1024;
const requestTimeoutMs = 15_000;
/** For the handler; a claim's lease (idempotency.ts) is longer. */
const handlerTimeoutMs = 25_000;

/** The app of a service, ready for `listen` or `inject`. Forwarded headers are never believed: nothing here needs them. */
export async function buildApp(options: AppOptions): Promise<App> {
  const app = newApp(options);
  const catalogue = { ...httpProblems, ...options.problems };
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(errorHandler(catalogue));
  acceptJson(app);
  decorate(app, options);

  const table = routeTable();
  app.addHook('onRoute', table.add);
  app.setNotFoundHandler(notFoundHandler(catalogue, table.methodsAt));
  limitTime(app, options.handlerTimeoutMs ?? handlerTimeoutMs);
  app.addHook('onRequest', admission(options));
  app.addHook('onResponse', (request, reply, done) => {
    logRequest(request, reply);
    done();
  });
  await options.prepare?.(app);
  await documentation(app, options);
  healthRoutes(app, options.readiness);
  const mount = (routes: Routes, prefix: string) =>
    app.register(
      async (scope) => {
        scope.addHook('onRoute', routePipeline(options));
        await routes(scope as App);
      },
      { prefix },
    );
  if (options.unversioned !== undefined) await mount(options.unversioned, '');
  await mount(options.routes, '/v1');
  await app.ready();
  return app;
}

function newApp(options: AppOptions): App {
  const timeoutMs = options.requestTimeoutMs ?? requestTimeoutMs;
  const app = Fastify({
    logger: loggerOptions(options),
    // One line of our own instead of Fastify's two: logging.ts.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    trustProxy: false,
    rewriteUrl: ({ url = '/' }) => originForm(url),
    bodyLimit: options.bodyLimit ?? bodyLimitDefault,
    requestTimeout: timeoutMs,
    connectionTimeout: 60_000,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 200 },
    // While closing, requests on open connections are still answered.
    return503OnClosing: false,
    http: {
      maxHeaderSize: 16 * 1024,
      headersTimeout: Math.min(10_000, timeoutMs),
      connectionsCheckingInterval: Math.min(1_000, timeoutMs),
      // A header sent twice is refused rather than one of the two being chosen.
      joinDuplicateHeaders: true,
      // Refused as a problem: admission.ts.
      requireHostHeader: false,
    },
    frameworkErrors,
    clientErrorHandler,
  });
  const server = app.server as unknown as Server;
  server.maxHeadersCount = 100;
  // A connection that was busy when closing began is idle only later, and its client may keep it for a minute.
  app.addHook('preClose', (done) => {
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    server.once('close', () => clearInterval(sweep));
    if (!server.listening) clearInterval(sweep);
    done();
  });
  return app as unknown as App;
}

/**
 * A proxy may ask in absolute form (RFC 9112 §3.2.2). It is the same request: routes, cursors, links and kept answers
 * know the origin form alone.
 */
const originForm = (url: string): string => url.replace(/^https?:\/\/[^/?#]*\/?/i, '/');

/** `application/json` in UTF-8 and nothing else. */
function acceptJson(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i,
    { parseAs: 'buffer' },
    (_request, body, done) => {
      try {
        done(null, parseJson(body as Buffer));
      } catch (error) {
        done(error as Error);
      }
    },
  );
}

function decorate(app: App, { cursorKey }: AppOptions): void {
  app.decorate('cursorKey', cursorKey);
  app.decorateRequest('caller');
  app.decorateRequest('command');
  app.decorateRequest('position');
  app.decorateRequest('correlationId', '');
  app.decorateRequest('fingerprint', '');
  app.decorateRequest('claimed', '');
}
