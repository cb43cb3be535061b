import { setTimeout as delay } from 'node:timers/promises';
import {
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
} from '@eventstore/db-client';
import { LogUnavailable } from './log.ts';

/** The server did not answer in time; what it did is not known. */
export class CallTimedOut extends Error {
  override readonly name = 'CallTimedOut';
}

/** Answers of the server: asking again gives the same, and the connection is in order. */
const answers = [
  AccessDeniedError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  WrongExpectedVersionError,
];

/** Whether the server answered, as opposed to a call that failed on its way. */
export const isAnswer = (error: unknown): boolean =>
  answers.some((answer) => error instanceof answer);

/** Waits longer each time, at random between half and all of it, so that many callers do not come back together. */
export type BackOff = {
  /** `mostMs` shortens this wait. */
  wait(signal?: AbortSignal, mostMs?: number): Promise<void>;
  /** It worked: the next wait is short again. */
  reset(): void;
};

export function backOff(firstMs: number, mostMs: number): BackOff {
  let nextMs = firstMs;
  return {
    wait: async (signal, atMostMs = mostMs) => {
      const waitMs = Math.min(nextMs * (0.5 + Math.random() / 2), atMostMs);
      nextMs = Math.min(nextMs * 2, mostMs);
      await pause(waitMs, signal);
    },
    reset: () => {
      nextMs = firstMs;
    },
  };
}

/** Sleeps; throws the signal's reason as soon as it aborts. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await delay(ms, undefined, { ...(signal && { signal }) });
  } catch {
    signal?.throwIfAborted();
  }
}

/** How long one thing may be tried; measured on a clock that nobody sets. */
export type Budget = { leftMs(): number; renew(): void };

export function budget(totalMs: number): Budget {
  let end = performance.now() + totalMs;
  return {
    leftMs: () => end - performance.now(),
    renew: () => {
      end = performance.now() + totalMs;
    },
  };
}

/** Tries until there is a result or an answer, or the budget is spent: then LogUnavailable. */
export async function retried<T>(
  attempt: (leftMs: number) => Promise<T>,
  spend: Budget,
  signal?: AbortSignal,
): Promise<T> {
  const pauses = backOff(50, 1_000);
  for (;;) {
    try {
      return await attempt(Math.max(1, spend.leftMs()));
    } catch (error) {
      await beforeRetry(error, pauses, spend, signal);
    }
  }
}

/** Waits before another try; throws when there is none to make. */
export async function beforeRetry(
  error: unknown,
  pauses: BackOff,
  spend: Budget,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  if (error instanceof AccessDeniedError) {
    throw new LogUnavailable('the event store refuses these credentials', { cause: error });
  }
  if (isAnswer(error) || error instanceof LogUnavailable) throw error;
  await pauses.wait(signal, Math.max(0, spend.leftMs()));
  if (spend.leftMs() <= 0) {
    throw new LogUnavailable('the event store did not answer in time', { cause: error });
  }
}

/** The outcome of `run`, or CallTimedOut, or the signal's reason, whichever is first; `run` is not stopped. */
export async function bounded<T>(
  run: () => Promise<T>,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<T> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const timer = setTimeout(
    () => reject(new CallTimedOut(`no answer for ${Math.round(timeoutMs)} ms`)),
    timeoutMs,
  );
  const onAbort = () => reject(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  run().then(resolve, reject);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
