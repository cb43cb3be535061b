/** Test files, each in a process of its own that tap needs no runner for: that would load itself into all of them. */
import { runCommand } from './child-group.ts';
import { type TapCount, tapFailures } from './tap-failures.ts';

export type FileResult = TapCount & { readonly path: string; readonly seconds: number };
export type TestRun = {
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Given what failed in a file when the file ends. */
  readonly print: (text: string) => void;
};

/** For a file that does not ask for more by `t.setTimeout`. */
const fileSeconds = 300;

/** Runs the files in their order, so many at a time. */
export async function runFiles(
  paths: readonly string[],
  jobs: number,
  run: TestRun,
): Promise<FileResult[]> {
  const waiting = [...paths];
  const results: FileResult[] = [];
  const worker = async () => {
    for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
      if (run.signal.aborted) return;
      results.push(await runFile(path, run));
    }
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return results;
}

async function runFile(path: string, { env, signal, print }: TestRun): Promise<FileResult> {
  const from = performance.now();
  const failures = tapFailures();
  const { code, errors } = await runCommand({
    program: 'node',
    args: [path],
    env: { ...env, TAP: '1', TAP_TIMEOUT: String(fileSeconds) },
    onLine: failures.line,
    signal,
  });
  const seconds = (performance.now() - from) / 1000;
  const count = failures.count();
  if (code === 0 && count?.failed === 0) return { path, seconds, ...count };
  // What a file said before it died is in no test.
  print(`${path}\n${failures.text()}${errors}`);
  const { passed, failed } = count ?? { passed: 0, failed: 0 };
  return { path, seconds, passed, failed: Math.max(1, failed) };
}
