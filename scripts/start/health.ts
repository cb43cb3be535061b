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
  /** It is not ready, and nearer to it than when it was asked before. */
  readonly getsOn: () => void;
  readonly hangs: () => void;
};

type Health = {
  readonly state: 'ready' | 'not-ready' | 'silent';
  /** Where its projections are. */
  readonly positions?: string;
};

/** Asks a service how it is until `signal` aborts; resolves to whether it was ever ready. */
export async function watchHealth(watch: HealthWatch): Promise<boolean> {
  let before: Health = { state: 'silent' };
  let wasReady = false;
  let silentChecks = 0;
  while (!watch.signal.aborted) {
    const now = await askHealth(watch);
    if (watch.signal.aborted) break;
    const isReady = now.state === 'ready';
    tell(watch, before, now);
    wasReady ||= isReady;
    silentChecks = now.state === 'silent' && wasReady ? silentChecks + 1 : 0;
    if (silentChecks === watch.silentChecksMax) watch.hangs();
    before = now;
    const pauseMs = isReady ? watch.everyMs : Math.min(watch.everyMs, wasReady ? 500 : 50);
    await sleep(pauseMs, undefined, { signal: watch.signal }).catch(() => undefined);
  }
  return wasReady;
}

function tell(watch: HealthWatch, before: Health, { state, positions }: Health): void {
  const isReady = state === 'ready';
  if (isReady !== (before.state === 'ready')) watch.changed(isReady);
  if (state === 'not-ready' && positions !== before.positions) watch.getsOn();
}

/** A service whose database hangs cannot tell whether it is ready: it lives all the same. */
async function askHealth({ url, signal, answerMaxMs }: HealthWatch): Promise<Health> {
  const ask = async (path: string): Promise<{ isOk: boolean; text: string } | undefined> => {
    try {
      const response = await fetch(`${url}${path}`, {
        signal: AbortSignal.any([signal, AbortSignal.timeout(answerMaxMs)]),
      });
      return { isOk: response.ok, text: await response.text() };
    } catch {
      return undefined;
    }
  };
  if ((await ask('/health/live')) === undefined) return { state: 'silent' };
  const { isOk = false, text = '' } = (await ask('/health/ready')) ?? {};
  return isOk ? { state: 'ready' } : { state: 'not-ready', positions: positionsIn(text) };
}

const positionsIn = (text: string): string =>
  [...text.matchAll(/"position":"(\d+)"/g)].map(([, position]) => position).join();
