/** Runs several loops until `signal` aborts; when one fails the others are ended too, and its error is thrown. */
export async function together(
  signal: AbortSignal,
  ...loops: readonly ((signal: AbortSignal) => Promise<void>)[]
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  let first: { error: unknown } | undefined;
  await Promise.all(
    loops.map(async (loop) => {
      try {
        await loop(either);
      } catch (error) {
        first ??= { error };
        failed.abort();
      }
    }),
  );
  if (first !== undefined) throw first.error;
}

/** Runs `work` for each item, at most `atOnce` at a time. The first error is thrown once all that began is over. */
export async function forEachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  let first: { error: unknown } | undefined;
  const worker = async () => {
    while (next < items.length && first === undefined) {
      const item = items[next++] as Item;
      try {
        await work(item);
      } catch (error) {
        first ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (first !== undefined) throw first.error;
}
