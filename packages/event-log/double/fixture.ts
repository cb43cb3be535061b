import type { Test } from 'tap';
import { type EventStoreOptions, openEventStoreLog } from '../eventstoredb-store.ts';
import type { Log } from '../log.ts';
import { deadlineMs } from '../log-probe.ts';
import { type Double, type DoubleOptions, startDouble } from './server.ts';

// A call is given up soon, what it is for is not: a busy machine makes a test slower and never fail.
const impatient = {
  appendTimeoutMs: 15_000,
  readTimeoutMs: 15_000,
  callTimeoutMs: 500,
  backOffMs: { first: 10, most: 100 },
  watchdogMs: 250,
};

/** A double that ends with the test. */
export async function doubleFor(t: Test, options: DoubleOptions = {}): Promise<Double> {
  const double = await startDouble(options);
  t.teardown(() => double.close());
  return double;
}

/** A log that ends with the test, with short time-outs. */
export async function logFor(
  t: Test,
  url: string,
  over: Partial<EventStoreOptions> = {},
): Promise<Log> {
  const log = await openEventStoreLog({ url, ...impatient, ...over });
  t.teardown(() => log.close());
  return log;
}

/** What a promise is rejected with. */
export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'no error',
    (error) => error,
  );

/** A result, and the milliseconds it took: tells who was refused at once from who waited for a time-out. */
export async function timed<T>(run: () => Promise<T>): Promise<{ result: T; tookMs: number }> {
  const from = performance.now();
  return { result: await run(), tookMs: performance.now() - from };
}

/** Waits until something is so; throws when that takes longer than `deadlineMs`. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not so within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
