import { setTimeout as wait } from 'node:timers/promises';
import type { Answer } from '../platform.ts';

const waitMaxMs = 60_000;
const lookMs = 200;

export type Print = (line: string) => void;

/** Tells a story step by step; any refusal, and anything that does not come in time, ends it with an error. */
export type Telling = {
  readonly print: Print;
  /** The answer's body, after one line of the story. */
  step(told: string, answer: Promise<Answer>): Promise<Told>;
  /** Reads until the answer is as awaited: reactions and timers take their time. */
  until(
    told: string,
    read: () => Promise<Answer>,
    isAsAwaited: (body: Answer['body']) => boolean,
  ): Promise<Told>;
};
// biome-ignore lint/suspicious/noExplicitAny: whatever the service answered; a story reads it as a person would.
export type Told = { readonly [field: string]: any };

export function telling(print: Print): Telling {
  const tell = (told: string, { body, etag }: Answer): Told => {
    print(`  ${told}${body.state === undefined ? '' : `  → ${body.state}`}`);
    return { ...body, etag };
  };
  return {
    print,
    async step(told, answer) {
      const given = await answer;
      if (given.status >= 300) {
        throw new Error(`${told}: ${given.status} ${JSON.stringify(given.body)}`);
      }
      return tell(told, given);
    },
    async until(told, read, isAsAwaited) {
      const deadline = Date.now() + waitMaxMs;
      for (;;) {
        const given = await read();
        if (isAsAwaited(given.body)) return tell(told, given);
        if (Date.now() > deadline) {
          throw new Error(`${told}: it is still ${JSON.stringify(given.body)}`);
        }
        await wait(lookMs);
      }
    },
  };
}

/** Everything up to what this answer tells. */
export const after = (path: string, { position }: Told): string =>
  `${path}${path.includes('?') ? '&' : '?'}waitFor=${position}`;

/** Ends the story where something does not hold. */
export function expect(told: string, holds: boolean, seen: unknown): void {
  if (!holds) throw new Error(`${told}: ${JSON.stringify(seen)}`);
}
