import { setTimeout as pause } from 'node:timers/promises';
import { member, type Platform, readPlatform } from '../platform.ts';
import { type Options, WrongUsage } from './options.ts';

/** The resources service of a platform, as one association's software sees it. */
export type Service = {
  /**
   * One request, again and again while the service is away or asks to come back later; whoever sends it may send it
   * twice. Throws Refused.
   */
  ask(method: string, path: string, given?: Given): Promise<Response>;
};
type Given = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** The whole answer, its body too. */
  readonly withinMs?: number;
};

/** How long nothing may come of trying again. */
const patienceMs = 300_000;
const answerMaxMs = 60_000;
const waitMaxMs = 5_000;
/** What passes within a moment is no news. */
const toldFromMs = 400;

/** The service said no, and would again. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;
  readonly headers: Headers;

  constructor(problem: Problem, headers: Headers) {
    const lines = (problem.errors ?? []).map(({ pointer, detail }) => `  ${pointer}: ${detail}`);
    super([problem.title ?? `status ${problem.status}`, ...lines].join('\n'));
    this.code = problem.code ?? '';
    this.headers = headers;
  }
}
type Problem = {
  readonly status: number;
  readonly code?: string;
  readonly title?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
};

/** That of the command line; `say` tells that it is waited for. Throws WrongUsage. */
export async function serviceOf(
  options: Options,
  say: (line: string) => void = (line) => void process.stderr.write(`${line}\n`),
): Promise<Service> {
  const { platform, organisation } = await placeOf(options);
  const address = platform.services.resources;
  const caller = member(platform, 'resources', organisation, String(options.role));
  const once = async (
    method: string,
    path: string,
    { headers, body, withinMs = answerMaxMs }: Given,
  ) => {
    const authorization = `Bearer ${await caller.token()}`;
    const answer = await fetch(`${address}${path}`, {
      ...{ method, headers: { 'accept-language': 'en', ...headers, authorization } },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(withinMs),
    });
    return answer.ok ? answer : refusal(answer);
  };
  return {
    async ask(method, path, given = {}) {
      const deadline = performance.now() + patienceMs;
      const outage = outageOf(String(address), say);
      for (let waitMs = 100; ; waitMs = Math.min(2 * waitMs, waitMaxMs)) {
        try {
          const answer = await once(method, path, given);
          outage.isOver();
          return answer;
        } catch (error) {
          if (!isPassing(error) || performance.now() > deadline) throw error;
          outage.isThere(error as Error, waitMs);
          await pause(Math.max(waitMs, retryAfterMsOf(error)));
        }
      }
    },
  };
}

/** Tells once that there is no answer, and once that there is. */
function outageOf(address: string, say: (line: string) => void) {
  let isTold = false;
  return {
    isThere({ message, cause }: Error, waitMs: number): void {
      if (isTold || waitMs < toldFromMs) return;
      const why = (cause as NodeJS.ErrnoException | undefined)?.code ?? message;
      const minutes = patienceMs / 60_000;
      say(
        `No answer from ${address} or its issuer: ${why}. Trying again, for ${minutes} minutes at most.`,
      );
      isTold = true;
    },
    isOver(): void {
      if (isTold) say('There is an answer again.');
    },
  };
}

async function placeOf(options: Options): Promise<{ platform: Platform; organisation: string }> {
  const { as: organisation, role, url, issuer, client: clientId, key: keyFile } = options;
  if (url === undefined) {
    if (organisation === undefined) throw new WrongUsage('--as is missing: who brings the file?');
    const platform = await readPlatform(String(options['data-dir']));
    return { platform, organisation: String(organisation) };
  }
  const missing = Object.entries({ issuer, client: clientId, key: keyFile })
    .filter(([, value]) => value === undefined)
    .map(([name]) => `--${name}`);
  if (missing.length > 0) throw new WrongUsage(`With --url: ${missing.join(', ')} is missing.`);
  const client = {
    ...{ organisation: '', association: '', role: String(role) },
    ...{ clientId: String(clientId), keyFile: String(keyFile) },
  };
  const services = { resources: String(url).replace(/\/$/, '') };
  return { platform: { services, issuer: String(issuer), clients: [client] }, organisation: '' };
}

/** The service is there and cannot answer now. */
class Away extends Error {
  override readonly name = 'Away';
  readonly retryAfterMs: number;

  constructor(status: number, retryAfter: string | null) {
    super(`status ${status}`);
    this.retryAfterMs = Math.min(Number(retryAfter ?? 0) * 1_000 || 0, waitMaxMs);
  }
}

const retryAfterMsOf = (error: unknown): number => (error instanceof Away ? error.retryAfterMs : 0);

async function refusal(answer: Response): Promise<never> {
  const { status, headers } = answer;
  const text = await answer.text();
  if (status === 429 || status >= 500) throw new Away(status, headers.get('retry-after'));
  const isProblem = headers.get('content-type')?.includes('json') === true;
  throw new Refused(isProblem ? JSON.parse(text) : { status }, headers);
}

/** What `fetch` throws when nobody listens, the line breaks or no answer comes. */
const isPassing = (error: unknown): boolean =>
  error instanceof Away ||
  (error instanceof TypeError && error.message === 'fetch failed') ||
  (error instanceof DOMException && error.name === 'TimeoutError');
