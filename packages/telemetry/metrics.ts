import { type Meter, metrics } from '@opentelemetry/api';
import type { Attributes } from './attributes.ts';

/**
 * Instruments of the platform. Telemetry must have started before one is made: made earlier, it measures
 * nothing for ever.
 */
const meter = (): Meter => metrics.getMeter('relais');

export type AppendOutcome = 'appended' | 'duplicate' | 'wrong-revision' | 'failed';

/** Appends to the log: how long, how it ended, how many events. */
export function appendMetrics(): (outcome: AppendOutcome, events: number, seconds: number) => void {
  const duration = meter().createHistogram('relais.log.append.duration', {
    unit: 's',
    description: 'From the call until the events are durable',
    advice: { explicitBucketBoundaries: secondsBuckets },
  });
  const appended = meter().createCounter('relais.log.append.events', { unit: '{event}' });
  return (outcome, events, seconds) => {
    const attributes = { 'relais.append.outcome': outcome } satisfies Attributes;
    duration.record(seconds, attributes);
    if (outcome === 'appended') appended.add(events);
  };
}

export type PoolState = {
  readonly total: number;
  readonly idle: number;
  readonly waiting: number;
};

/** Connections of a PostgreSQL pool, named as OpenTelemetry's conventions for databases do. Gives how to stop. */
export function poolMetrics(pool: string, state: () => PoolState): () => void {
  const connections = meter().createObservableUpDownCounter('db.client.connection.count', {
    unit: '{connection}',
  });
  const pending = meter().createObservableUpDownCounter('db.client.connection.pending_requests', {
    unit: '{request}',
  });
  const name = { 'db.client.connection.pool.name': pool } satisfies Attributes;
  const stops = [
    observing(connections, { ...name, 'db.client.connection.state': 'idle' }, () => state().idle),
    observing(
      connections,
      { ...name, 'db.client.connection.state': 'used' },
      () => state().total - state().idle,
    ),
    observing(pending, name, () => state().waiting),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

/** Requests answered, by route: OpenTelemetry's convention for HTTP servers. */
export function requestMetrics(): (seconds: number, attributes: Attributes) => void {
  const duration = meter().createHistogram('http.server.request.duration', {
    unit: 's',
    advice: { explicitBucketBoundaries: secondsBuckets },
  });
  return (seconds, attributes) => duration.record(seconds, attributes);
}

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Observed = ReturnType<Meter['createObservableUpDownCounter']>;

function observing(instrument: Observed, attributes: Attributes, value: () => number): () => void {
  const observe: Parameters<Observed['addCallback']>[0] = (result) =>
    result.observe(value(), attributes);
  instrument.addCallback(observe);
  return () => instrument.removeCallback(observe);
}
