import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { environment } from './environment.ts';

export const root = join(import.meta.dirname, '..');

/** Long enough for a test file to stop what it started. */
const stopMaxMs = 5_000;

/** `output` holds both streams; `errors` the standard error alone. */
export type Finished = {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
};
export type Command = {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Given each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
  /** Ends the program and all it started. */
  readonly signal: AbortSignal;
};

/**
 * Runs a program of `node_modules/.bin` to its end, with nothing to read. It gets a process group of its own, and nothing of the
 * group is alive when this resolves.
 */
export function runCommand(command: Command): Promise<Finished> {
  const { promise, resolve, reject } = Promise.withResolvers<Finished>();
  const bin = join(root, 'node_modules', '.bin');
  const child = spawn(join(bin, command.program), command.args, {
    cwd: root,
    env: { ...environment, PATH: `${bin}:${environment.PATH ?? ''}`, ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    errors += chunk.toString();
  });
  if (command.onLine) createInterface({ input: child.stdout }).on('line', command.onLine);
  let killing: NodeJS.Timeout | undefined;
  const abort = () => {
    signalGroup(child, 'SIGTERM');
    killing = setTimeout(() => signalGroup(child, 'SIGKILL'), stopMaxMs);
  };
  command.signal.addEventListener('abort', abort, { once: true });
  child.on('error', reject);
  child.on('exit', () => {
    clearTimeout(killing);
    command.signal.removeEventListener('abort', abort);
    // What it left running would keep the pipes open, and the machine busy.
    signalGroup(child, 'SIGKILL');
  });
  child.on('close', (code) => resolve({ code: code ?? 1, output, errors }));
  return promise;
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody is left in the group.
  }
}
