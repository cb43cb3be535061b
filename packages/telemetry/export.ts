import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { core, metrics, NodeSDK, resources, tracing } from '@opentelemetry/sdk-node';
import type { FastifyInstance } from 'fastify';
import { allowedAttributes, permitted } from './attributes.ts';
import { observeRequests } from './requests.ts';

export type ExportOptions = {
  readonly service: string;
  readonly version: string;
  readonly instance: string;
  /** Base address of an OTLP/HTTP receiver: `/v1/traces` and `/v1/metrics` are added. */
  readonly endpoint: string;
  readonly intervalMs: number;
};

export type Exporting = {
  observeRequests(app: FastifyInstance): Promise<void>;
  stop(): Promise<void>;
};

/** Starts OpenTelemetry's SDK. Headers, time-outs and samplers come from its standard environment variables. */
export function startExporting(options: ExportOptions): Exporting {
  const { service, version, instance, intervalMs } = options;
  const base = options.endpoint.replace(/\/$/, '');
  const sdk = new NodeSDK({
    // What the host and the process detectors find (command line, user) is nobody's business.
    resourceDetectors: [resources.envDetector],
    resource: resources.resourceFromAttributes({
      'service.namespace': 'relais',
      'service.name': service,
      'service.version': version,
      'service.instance.id': instance,
    }),
    // No baggage: it would carry whatever a caller put in it.
    textMapPropagator: new core.W3CTraceContextPropagator(),
    spanProcessors: [
      new tracing.BatchSpanProcessor(
        permittedOnly(new OTLPTraceExporter({ url: `${base}/v1/traces` })),
        { scheduledDelayMillis: Math.min(intervalMs, 5_000) },
      ),
    ],
    metricReaders: [
      new metrics.PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${base}/v1/metrics` }),
        exportIntervalMillis: intervalMs,
        exportTimeoutMillis: Math.min(intervalMs, 10_000),
      }),
    ],
    views: [
      {
        instrumentName: '*',
        attributesProcessors: [metrics.createAllowListAttributesProcessor([...allowedAttributes])],
      },
    ],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  return { observeRequests, stop: () => sdk.shutdown() };
}

/** Lets through of a span what `attributes.ts` names, and no message, exception or trace state. */
export const permittedOnly = (exporter: tracing.SpanExporter): tracing.SpanExporter => ({
  export: (spans, done) => exporter.export(spans.map(permittedSpan), done),
  shutdown: () => exporter.shutdown(),
  forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
});

function permittedSpan(span: tracing.ReadableSpan): tracing.ReadableSpan {
  const { traceState: _, ...context } = span.spanContext();
  return {
    name: span.name,
    kind: span.kind,
    spanContext: () => context,
    ...(span.parentSpanContext && { parentSpanContext: withoutState(span.parentSpanContext) }),
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    status: { code: span.status.code },
    attributes: permitted(span.attributes),
    links: span.links.map((link) => ({ context: withoutState(link.context) })),
    events: [],
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
  };
}

type SpanContext = ReturnType<tracing.ReadableSpan['spanContext']>;

function withoutState({ traceState: _, ...context }: SpanContext): SpanContext {
  return context;
}
