import { type Link, metrics, type Span, SpanKind, trace } from '@opentelemetry/api';
import type { Recorded } from './log.ts';

const linksMax = 128;
const tracer = trace.getTracer('@relais/event-log');
const meter = metrics.getMeter('@relais/event-log');
const processed = meter.createCounter('relais.consumer.processed', {
  description: 'events a projection or reaction has dealt with',
});
const lag = meter.createGauge('relais.consumer.lag', {
  description: 'age of the last event dealt with, while there are more',
  unit: 's',
});
const owned = meter.createGauge('relais.consumer.lease', {
  description: '1 in the process that consumes, 0 in those that stand by',
});

/** Says who holds the lease of a consumer. */
export function leaseMeasured(consumer: string, holds: boolean): void {
  owned.record(holds ? 1 : 0, { consumer });
}

/**
 * Measures the work on a batch and runs it in a span of its own, linked to the spans of the events' producers
 * (OpenTelemetry, semantic conventions for messaging: consumers of a batch link, they do not continue).
 */
export async function consumed<Result>(
  consumer: string,
  batch: { readonly records: readonly Recorded[]; readonly caughtUp: boolean },
  work: () => Promise<Result>,
): Promise<Result> {
  const { records, caughtUp } = batch;
  const last = records.at(-1);
  return await tracer.startActiveSpan(
    `consume ${consumer}`,
    { kind: SpanKind.CONSUMER },
    async (span) => {
      if (span.isRecording()) link(span, records);
      try {
        const result = await work();
        if (last !== undefined) {
          processed.add(records.length, { consumer });
          const ageMs = caughtUp ? 0 : Date.now() - Date.parse(last.recordedAt);
          lag.record(Math.max(0, ageMs) / 1000, { consumer });
        }
        return result;
      } finally {
        span.end();
      }
    },
  );
}

function link(span: Span, records: readonly Recorded[]): void {
  span.setAttribute('messaging.batch.message_count', records.length);
  const links: Link[] = [];
  for (const { metadata } of records) {
    const [, traceId, spanId, flags] =
      /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(metadata.traceparent ?? '') ?? [];
    if (traceId === undefined || spanId === undefined || links.length === linksMax) continue;
    const traceFlags = Number.parseInt(flags ?? '0', 16);
    links.push({ context: { traceId, spanId, traceFlags, isRemote: true } });
  }
  span.addLinks(links);
}
