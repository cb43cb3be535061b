import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A span as OTLP/JSON writes it, as far as tests look. */
export type ReceivedSpan = {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: readonly { readonly key: string; readonly value: unknown }[];
};
export type ReceivedMetric = { readonly name: string };

export type OtlpReceiver = {
  readonly endpoint: string;
  /** Everything received so far, as it came. */
  text(): string;
  spans(): ReceivedSpan[];
  metrics(): ReceivedMetric[];
  /** Resolves when `condition` holds, looking again after each export; fails after ten seconds. */
  until(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
};

/** A collector for tests: takes OTLP/HTTP with JSON and keeps it. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const texts: string[] = [];
  const bodies: { resourceSpans?: unknown; resourceMetrics?: unknown }[] = [];
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    texts.push(body);
    bodies.push(JSON.parse(body));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    text: () => texts.join('\n'),
    spans: () => deep<ReceivedSpan>(bodies, 'spans'),
    metrics: () => deep<ReceivedMetric>(bodies, 'metrics'),
    async until(condition) {
      const deadline = performance.now() + 10_000;
      while (!condition()) {
        if (performance.now() > deadline) throw new Error('nothing of the kind was exported');
        await delay(20);
      }
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The items of every list of this name, wherever it is. */
function deep<Item>(value: unknown, name: string): Item[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === name && Array.isArray(inner) ? (inner as Item[]) : deep<Item>(inner, name),
  );
}
