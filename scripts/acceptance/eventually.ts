import { setTimeout as wait } from 'node:timers/promises';

/** Machines that run tests are busy; whoever waits longer than this waits for ever. */
export const deadlineMs = 60_000;
/** For a test file as a whole: several waits may come one after the other. */
export const fileMaxMs = 10 * deadlineMs;
const lookMs = 50;

/** The first answer that is not undefined; throws, naming what was awaited, when that takes too long. */
export async function eventually<Found>(
  what: string,
  look: () => Promise<Found | undefined> | Found | undefined,
  withinMs = deadlineMs,
): Promise<Found> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`not within ${withinMs} ms: ${what}`);
    await wait(lookMs);
  }
}

/** Resolves once the condition holds. */
export const until = async (
  what: string,
  condition: () => Promise<boolean> | boolean,
  withinMs?: number,
): Promise<true> =>
  eventually(what, async () => ((await condition()) ? true : undefined), withinMs);
