import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

export type TelemetryOptions = {
  /** `referrals`, say. */
  readonly service: string;
  readonly version: string;
  /** Base address of an OTLP/HTTP receiver (OTEL_EXPORTER_OTLP_ENDPOINT); without it nothing is recorded. */
  readonly endpoint: string | undefined;
  /** Between two exports; default 10 s. */
  readonly intervalMs?: number;
};

export type Telemetry = {
  readonly isOn: boolean;
  /** A span and a measurement for each request; nothing while telemetry is off. Call it before the routes are added. */
  observeRequests(app: FastifyInstance): Promise<void>;
  /** Sends what is left, for 3 s at most. */
  stop(): Promise<void>;
};

const stopMs = 3_000;

/** First thing in `main.ts`: instruments made before it stay silent. Off costs nothing: the SDK is not even loaded. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { service, version, endpoint, intervalMs = 10_000 } = options;
  if (endpoint === undefined) {
    return { isOn: false, observeRequests: async () => undefined, stop: async () => undefined };
  }
  const { startExporting } = await import('./export.ts');
  const exporting = startExporting({
    service,
    version,
    endpoint,
    intervalMs,
    instance: randomUUID(),
  });
  return {
    isOn: true,
    observeRequests: exporting.observeRequests,
    // A collector that is down must not keep a service from stopping.
    stop: () => Promise.race([exporting.stop().catch(() => undefined), timeUp(stopMs)]),
  };
}

const timeUp = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
