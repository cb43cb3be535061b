import { type Link, metrics, type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Recorded } from './log.ts';

const linksMax = 128;

type Instruments = ReturnType<typeof makeInstruments>;
let made: Instruments | undefined;

/** Made at the first measurement: those made while modules load, before telemetry starts, stay silent for ever. */
function instruments(): Instruments {
  made ??= makeInstruments();
  return made;
}

function makeInstruments() {
  const meter = metrics.getMeter('@relais/event-log');
  return {
    processed: meter.createCounter('relais.consumer.processed', {
      description: 'events a projection or reaction has dealt with',
    }),
    parked: meter.createCounter('relais.consumer.parked', {
      description: 'events a reaction has set aside because it failed on them',
    }),
    lag: meter.createGauge('relais.consumer.lag', {
      description: 'age of the last event dealt with, while there are more',
      unit: 's',
    }),
    owned: meter.createGauge('relais.consumer.lease', {
      description: '1 in the process that consumes, 0 in those that stand by',
    }),
  };
}

/** Says who holds the lease of a consumer. */
export function leaseMeasured(consumer: string, holds: boolean): void {
  instruments().owned.record(holds ? 1 : 0, { 'relais.consumer': consumer });
}

/** Says that a reaction has set an event aside. */
export function parkedMeasured(consumer: string): void {
  instruments().parked.add(1, { 'relais.consumer': consumer });
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
  if (last === undefined) {
    if (caughtUp) instruments().lag.record(0, { 'relais.consumer': consumer });
    return await work();
  }
  // Asked for each time: a tracer from before telemetry started would stay silent for ever.
  const tracer = trace.getTracer('@relais/event-log');
  return await tracer.startActiveSpan(
    `consume ${consumer}`,
    { kind: SpanKind.CONSUMER, attributes: { 'relais.consumer': consumer } },
    async (span) => {
      if (span.isRecording()) link(span, records);
      try {
        const result = await work();
        const { processed, lag } = instruments();
        const attributes = { 'relais.consumer': consumer };
        processed.add(records.length, attributes);
        const ageMs = caughtUp ? 0 : Date.now() - Date.parse(last.recordedAt);
        lag.record(Math.max(0, ageMs) / 1000, attributes);
        return result;
      } catch (error) {
        span.setStatus({ code: SpanStatusCode.ERROR });
        // Its name alone: a message may quote anything.
        span.setAttribute('error.type', error instanceof Error ? error.name : 'unknown');
        throw error;
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
