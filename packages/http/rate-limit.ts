import type { RateLimit } from './app-options.ts';
import { HttpProblem } from './problem.ts';

/** Meant to stop a runaway program, not a busy partner; counted in each process. */
export const clientRateLimit: RateLimit = { requests: 20_000, windowSeconds: 10 };
const callersMax = 10_000;

type Window = { left: number; endsAt: number };

export type RateLimiter = {
  /** Counts one request; throws `too-many-requests` when none is left. Gives the RateLimit field's value. */
  readonly count: (caller: string, nowMs: number) => string;
  /** The RateLimit-Policy field's value. */
  readonly policy: string;
};

/** Fixed windows per caller, told as draft-ietf-httpapi-ratelimit-headers-10 says. */
export function rateLimiter(name: string, { requests, windowSeconds }: RateLimit): RateLimiter {
  const windows = new Map<string, Window>();
  const policy = `"${name}";q=${requests};w=${windowSeconds}`;
  const open = (caller: string, nowMs: number): Window => {
    windows.delete(caller);
    for (const oldest of windows.keys()) {
      if (windows.size < callersMax) break;
      windows.delete(oldest);
    }
    const window = { left: requests, endsAt: nowMs + windowSeconds * 1000 };
    windows.set(caller, window);
    return window;
  };
  return {
    policy,
    count(caller, nowMs) {
      const known = windows.get(caller);
      const isOpen = known !== undefined && nowMs < known.endsAt;
      const window = isOpen ? known : open(caller, nowMs);
      const seconds = Math.max(1, Math.ceil((window.endsAt - nowMs) / 1000));
      if (window.left === 0) {
        throw new HttpProblem('too-many-requests', {
          retryAfterSeconds: seconds,
          headers: { ratelimit: `"${name}";r=0;t=${seconds}`, 'ratelimit-policy': policy },
        });
      }
      window.left--;
      return `"${name}";r=${window.left};t=${seconds}`;
    },
  };
}
