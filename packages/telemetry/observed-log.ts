import { SpanKind } from '@opentelemetry/api';
import type { Appended, Log } from '@relais/event-log/log';
import { appendMetrics } from './metrics.ts';
import { traced } from './tracing.ts';

/** The same log; each append leaves a span and a measurement. Reading and following are left alone. */
export function observedLog(log: Log): Log {
  const measure = appendMetrics();
  return {
    append(stream, events, options) {
      const attributes = { 'relais.category': category(stream), 'relais.events': events.length };
      const startedMs = performance.now();
      const seconds = () => (performance.now() - startedMs) / 1000;
      const run = async (): Promise<Appended> => {
        try {
          const result = await log.append(stream, events, options);
          measure(outcomeOf(result), events.length, seconds());
          return result;
        } catch (error) {
          measure('failed', events.length, seconds());
          throw error;
        }
      };
      return traced('log append', attributes, run, SpanKind.PRODUCER);
    },
    read: (stream, options) => log.read(stream, options),
    follow: (options) => log.follow(options),
    head: () => log.head(),
    close: () => log.close(),
  };
}

function outcomeOf(result: Appended): 'appended' | 'duplicate' | 'wrong-revision' {
  if (!result.appended) return 'wrong-revision';
  return result.duplicate ? 'duplicate' : 'appended';
}

/** `case-<uuid>` and `place-pool-<uuid>` → `case`, `place-pool`. */
const category = (stream: string): string => stream.replace(/-[\da-f]{8}-[\da-f-]{27}$/, '');
