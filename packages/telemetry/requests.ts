import { FastifyOtelInstrumentation } from '@fastify/otel';
import { context, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Attributes } from './attributes.ts';
import { requestMetrics } from './metrics.ts';

/**
 * One span and one measurement for each request, named after the method and the route's pattern; health checks
 * are measured only. Register it on the application before the routes, and after telemetry has started.
 */
export async function observeRequests(app: FastifyInstance): Promise<void> {
  const instrumentation = new FastifyOtelInstrumentation({
    // One span a request is enough; messages of errors may quote what was sent.
    instrumentHooks: false,
    instrumentHandler: false,
    recordExceptions: false,
    ignorePaths: ({ url }) => url.startsWith('/health/'),
    requestHook: (span, request) => {
      span.updateName(`${request.method} ${routeOf(request)}`);
    },
  });
  await app.register(instrumentation.plugin());
  const measure = requestMetrics();

  // Reading the body leaves the span's context; the handler runs in it again.
  app.addHook('preHandler', (request, _reply, done) => {
    const { span } = request.opentelemetry();
    if (span === null) return done();
    context.with(trace.setSpan(context.active(), span), done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    measure(reply.elapsedTime / 1000, {
      'http.request.method': request.method,
      'http.route': routeOf(request),
      'http.response.status_code': reply.statusCode,
    } satisfies Attributes);
    done();
  });
}

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? '*';
