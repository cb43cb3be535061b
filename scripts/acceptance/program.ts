import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Test } from 'tap';
import { environment } from '../environment.ts';
import { eventually } from './eventually.ts';

/** A script of this repository in a process of its own. */
export type Program = {
  readonly pid: number;
  output(): string;
  /** Resolves once it has written this. */
  says(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
};

/** Starts one; whatever is left of it at the test's end is interrupted. */
export function runProgram(
  t: Test,
  script: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Program {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', script), ...args], {
    env: { ...environment, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  t.teardown(async () => {
    if (child.exitCode === null) child.kill('SIGINT');
    await ended;
  });
  return {
    pid: Number(child.pid),
    output: () => output,
    async says(text) {
      const seen = await eventually(`${script} says ${text}`, () =>
        output.includes(text) ? 'yes' : child.exitCode === null ? undefined : 'ended',
      );
      if (seen === 'ended') throw new Error(`${script} ended without "${text}":\n${output}`);
    },
    signal: (signal) => void child.kill(signal),
    ended,
  };
}
