import {
  isSpanContextValid,
  type Link,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import type { Metadata } from '@relais/contracts/metadata';
import type { Attributes } from './attributes.ts';

const linksMax = 32;

/** What an event carries of the trace in which it was written. */
export type TraceContext = Pick<Metadata, 'traceparent' | 'tracestate'>;

/** The span around this call, for an event's metadata; nothing while telemetry is off. */
export function traceContext(): TraceContext {
  const context = trace.getActiveSpan()?.spanContext();
  if (context === undefined || !isSpanContextValid(context)) return {};
  const flags = context.traceFlags.toString(16).padStart(2, '0');
  return { traceparent: `00-${context.traceId}-${context.spanId}-${flags}` };
}

/** Runs in a span below the one around it. Of an error it keeps the name alone: a message may quote anything. */
export const traced = <Result>(
  name: string,
  attributes: Attributes,
  run: () => Promise<Result>,
  kind: SpanKind = SpanKind.INTERNAL,
): Promise<Result> =>
  trace.getTracer('relais').startActiveSpan(name, { kind, attributes }, (span) => ended(span, run));

/**
 * Runs in a span of a new trace, linked to those that wrote the events it deals with: one batch comes of many
 * commands, so that none of them can be its parent.
 */
export const tracedConsumer = <Result>(
  name: string,
  attributes: Attributes,
  producers: Iterable<TraceContext>,
  run: () => Promise<Result>,
): Promise<Result> =>
  trace
    .getTracer('relais')
    .startActiveSpan(
      name,
      { kind: SpanKind.CONSUMER, attributes, root: true, links: linksTo(producers) },
      (span) => ended(span, run),
    );

async function ended<Result>(span: Span, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
    throw error;
  } finally {
    span.end();
  }
}

/** Each writing span once, at most 32: enough to find the others. */
function linksTo(producers: Iterable<TraceContext>): Link[] {
  const links = new Map<string, Link>();
  for (const { traceparent } of producers) {
    const context = spanContext(traceparent);
    if (context !== undefined) links.set(context.spanId, { context });
    if (links.size === linksMax) break;
  }
  return [...links.values()];
}

/** W3C Trace Context §3.2: any version that starts like version 00. */
function spanContext(traceparent: string | undefined): SpanContext | undefined {
  const match = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-|$)/.exec(
    traceparent ?? '',
  );
  const [, traceId = '', spanId = '', flags = '0'] = match ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
  return isSpanContextValid(context) ? context : undefined;
}
