import { environment } from '../environment.ts';

const everyMs = 500;

/**
 * Calls back when the shell ends in which npm runs this script: npm hands SIGTERM on to that shell alone, which ends
 * and leaves us behind.
 */
export function whenShellEnds(end: () => void): void {
  if (environment.npm_lifecycle_event === undefined) return;
  const shell = process.ppid;
  const watching = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watching);
    end();
  }, everyMs).unref();
}
