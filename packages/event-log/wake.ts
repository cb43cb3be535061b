import { setTimeout as sleep } from 'node:timers/promises';

/** Tells those who wait that there may be something new. A call between two waits is not lost. */
export type Wake = {
  /** Counts the calls of `wake`: taken before looking, given to `next`. */
  readonly seen: () => number;
  readonly wake: () => void;
  /** Resolves once `wake` was called after `seen`, after `atMostMs`, or when `signal` aborts. */
  readonly next: (seen: number, atMostMs: number, signal: AbortSignal) => Promise<void>;
};

export function createWake(): Wake {
  let count = 0;
  let waiting = new Set<() => void>();
  return {
    seen: () => count,
    wake() {
      count += 1;
      const due = waiting;
      waiting = new Set();
      for (const resolve of due) resolve();
    },
    async next(seen, atMostMs, signal) {
      if (count !== seen || signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, atMostMs);
      const onAbort = () => resolve();
      signal.addEventListener('abort', onAbort);
      waiting.add(resolve);
      await promise;
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      waiting.delete(resolve);
    },
  };
}

/** Waits before the n-th retry: doubling from `minMs` to `maxMs`, with jitter, cut short by `signal`. */
export async function backOff(
  retry: number,
  { minMs, maxMs, signal }: { minMs: number; maxMs: number; signal: AbortSignal },
): Promise<void> {
  const delayMs = Math.min(maxMs, minMs * 2 ** Math.min(retry, 20)) * (0.5 + Math.random() / 2);
  await sleep(delayMs, undefined, { signal }).catch(() => undefined);
}
