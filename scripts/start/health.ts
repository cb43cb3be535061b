import { setTimeout as sleep } from 'node:timers/promises';

export type HealthWatch = {
  readonly url: string;
  readonly signal: AbortSignal;
  /** Pause between two checks of a service that is ready. */
  readonly everyMs: number;
  /** So many checks in a row without an answer, once it was ready: it hangs. */
  readonly silentChecksMax: number;
  readonly changed: (isReady: boolean) => void;
  readonly hangs: () => void;
};

type Health = 'ready' | 'not-ready' | 'silent';
const answerMaxMs = 5_000;

/** Asks a service how it is until `signal` aborts; resolves to whether it was ever ready. */
export async function watchHealth(watch: HealthWatch): Promise<boolean> {
  let before: Health = 'silent';
  let wasReady = false;
  let silentChecks = 0;
  while (!watch.signal.aborted) {
    const now = await askHealth(watch.url, watch.signal);
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

async function askHealth(url: string, signal: AbortSignal): Promise<Health> {
  try {
    const response = await fetch(`${url}/health/ready`, {
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMaxMs)]),
    });
    await response.body?.cancel();
    return response.ok ? 'ready' : 'not-ready';
  } catch {
    return 'silent';
  }
}
