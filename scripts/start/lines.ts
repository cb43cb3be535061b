import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export type Print = (line: string) => void;

/** Prints lines with the name of who says them in front, all starting at the same column. */
export const printer =
  (write: (text: string) => unknown) =>
  (name: string): Print =>
  (line) => {
    write(`${name.padEnd(10)} | ${line}\n`);
  };

/** Prints what a process says, line by line. */
export function printLines(stream: Readable, print: Print): void {
  createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', print);
}
