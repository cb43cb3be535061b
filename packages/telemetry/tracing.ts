import { isSpanContextValid, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Metadata } from '@relais/contracts/metadata';
import type { Attributes } from './attributes.ts';

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
