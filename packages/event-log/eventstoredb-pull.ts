import { setImmediate as turn } from 'node:timers/promises';

/** Takes what a stream of the client has received, many at a time. */
export type Pull<T> = {
  /**
   * At least one and at most `most` of what has arrived; waits up to `waitMs` for the first. `silent`: nothing
   * came; `ended`: nothing will. Throws what the stream failed with, and the signal's reason.
   */
  next(
    most: number,
    waitMs: number,
    signal?: AbortSignal,
  ): Promise<readonly T[] | 'silent' | 'ended'>;
  close(): void;
};

type Source = {
  on(event: string, listener: (value: unknown) => void): unknown;
  read(): unknown;
  destroy(): unknown;
};

/** Takes over a stream; `cancel` ends the call behind it. */
export function pull<T>(stream: Source, cancel: () => Promise<void>): Pull<T> {
  let failure: unknown;
  let ended = false;
  let wake = (): void => undefined;
  // The listener stays: the client also emits errors after the reader has gone, and an error without a
  // listener ends the process.
  stream.on('error', (error) => {
    failure ??= error;
    wake();
  });
  for (const event of ['end', 'close']) {
    stream.on(event, () => {
      ended = true;
      wake();
    });
  }
  stream.on('readable', () => wake());

  const take = (most: number): T[] => {
    const items: T[] = [];
    while (items.length < most) {
      const item: unknown = stream.read();
      if (item === null) break;
      items.push(item as T);
    }
    return items;
  };
  /** The client hands over one at a time; while each turn brings more, it is cheaper to deal with them together. */
  const gathered = async (items: T[], most: number): Promise<readonly T[]> => {
    while (items.length < most) {
      await turn();
      const more = take(most - items.length);
      if (more.length === 0) break;
      for (const item of more) items.push(item);
    }
    return items;
  };
  const news = (waitMs: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      signal?.addEventListener('abort', done, { once: true });
      wake = done;
    });

  const next: Pull<T>['next'] = async (most, waitMs, signal) => {
    const deadline = performance.now() + waitMs;
    for (;;) {
      signal?.throwIfAborted();
      const items = take(most);
      if (items.length > 0) return await gathered(items, most);
      if (failure !== undefined) throw failure;
      if (ended) return 'ended';
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return 'silent';
      await news(leftMs, signal);
    }
  };
  const close = () => {
    cancel().catch(() => undefined);
    stream.destroy();
  };
  return { next, close };
}
