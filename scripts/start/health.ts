import { setTimeout as sleep } from 'node:timers/promises';

export type HealthWatch = {
  readonly url: string;
  readonly signal: AbortSignal;
  /** Pause between two checks of a service that is ready. */
  readonly everyMs: number;
  readonly answerMaxMs: number;
  /** So many checks in a row without an answer, once it was ready: it hangs. */
  readonly silentChecksMax: number;
  readonly changed: (isReady: boolean) => void;
  readonly hangs: () => void;
};

type Health = 'ready' | 'not-ready' | 'silent';

/** Asks a service how it is until `signal` aborts; resolves to whether it was ever ready. */
export async function watchHealth(watch: HealthWatch): Promise<boolean> {
  let before: Health = 'silent';
  let wasReady = false;
  let silentChecks = 0;
  while (!watch.signal.aborted) {
    const now = await askHealth(watch);
    if (watch.signal.aborted) break;
    if ((now === 'ready') !== (before === 'ready')) watch.changed(now === 'ready');
    wasReady ||= now === 'ready';
    silentChecks = now === 'silent' && wasReady ? silentChecks + 1 : 0;
    if (silentChecks === watch.silentChecksMax) watch.hangs();
    before = now;
    const pauseMs = now === 'ready' ? watch.everyMs : Math.min(watch.everyMs, wasReady ? 500 : 50);
    await sleep(pauseMs, undefined, { signal: watch.signal }).catch(() => undefined);
  }
  return wasReady;
}

/** A service whose database hangs cannot tell whether it is ready: it lives all the same. */
async function askHealth({ url, signal, answerMaxMs }: HealthWatch): Promise<Health> {
  const ask = async (path: string): Promise<boolean | undefined> => {
    try {
      const response = await fetch(`${url}${path}`, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerMaxMs)]),
      });
      await response.body?.cancel();
      return response.ok;
    } catch {
      return undefined;
    }
  };
  if ((await ask('/health/live')) === undefined) return 'silent';
  return (await ask('/health/ready')) ? 'ready' : 'not-ready';
}
