import { SpanKind, trace } from '@opentelemetry/api';
import type { Database } from '@relais/postgres/database';
import { poolMetrics } from './metrics.ts';
import { traced } from './tracing.ts';

/**
 * The same database; what a request or a batch asks of it leaves spans below theirs, named after the operation
 * and never holding the statement or its values. What nobody traces (polling, health) stays out. Its connections
 * are measured under the name of the pool.
 */
export function observedDatabase(database: Database, pool: string): Database {
  const stopMeasuring = poolMetrics(pool, database.connections);
  return {
    ...database,
    query: (text, values, name) =>
      observed(name ?? operationOf(text), () => database.query(text, values, name)),
    transaction: (run) => observed('transaction', () => database.transaction(run)),
    close() {
      stopMeasuring();
      return database.close();
    },
  };
}

function observed<Result>(operation: string, run: () => Promise<Result>): Promise<Result> {
  if (trace.getActiveSpan() === undefined) return run();
  const attributes = { 'db.system.name': 'postgresql', 'db.operation.name': operation };
  return traced(`postgresql ${operation}`, attributes, run, SpanKind.CLIENT);
}

const operationOf = (text: string): string =>
  /^\s*(\w{1,20})/.exec(text)?.[1]?.toLowerCase() ?? 'query';
