import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { environment } from '../environment.ts';
import { heapEnvironment } from '../start/heap.ts';
import { quantile, type Rate } from './measure.ts';

export type LoadRequest = {
  readonly path: string;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
  /** Any other answer ends the bench. Default 200. */
  readonly status?: number;
};

export type LoadJob = {
  readonly url: string;
  readonly connections: number;
  readonly ms: number;
  /** In turn, each once; when they are used up it is over before the time. */
  readonly requests: readonly LoadRequest[];
  readonly tokens: readonly string[];
  /** So many requests are begun each second whether the others are answered or not; default: as fast as answers come. */
  readonly perSecond?: number;
  /** After each answer this address is read with `waitFor` of its position, and the time goes on until that is answered. */
  readonly readAt?: string | undefined;
};

export type Answered = {
  readonly latenciesMs: readonly number[];
  readonly seconds: number;
  readonly sent: number;
};

export type Load = {
  readonly run: (job: LoadJob) => Promise<Answered>;
  readonly stop: () => void;
};

/** A process that sends requests, so that the measured service has an event loop of its own. */
export function startLoad(): Load {
  const child = startChild('http-load.ts');
  return {
    async run(job) {
      child.send(job);
      const answered = await message<Answered | { readonly error: string }>(child);
      if ('error' in answered) throw new Error(answered.error);
      return answered;
    },
    stop: () => void child.kill(),
  };
}

/** A program of this folder in a process of its own, with the memory of a service. */
export function startChild(
  file: string,
  argument: unknown = {},
  flags: string[] = [],
): ChildProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  return fork(path, [JSON.stringify(argument)], {
    execArgv: flags,
    env: { ...heapEnvironment, ...environment },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** The next message of a child process; rejects when it ends without one. */
export async function message<Message>(child: ChildProcess): Promise<Message> {
  const { promise, resolve, reject } = Promise.withResolvers<Message>();
  const ended = (code: number | null) => reject(new Error(`the process ended with code ${code}`));
  const told = (value: unknown) => resolve(value as Message);
  child.once('message', told).once('exit', ended);
  try {
    return await promise;
  } finally {
    child.off('message', told).off('exit', ended);
  }
}

export const rateFrom = ({ latenciesMs, seconds, sent }: Answered): Rate => {
  const sorted = [...latenciesMs].sort((one, other) => one - other);
  return {
    perSecond: sent / seconds,
    medianMs: quantile(sorted, 0.5),
    p99Ms: quantile(sorted, 0.99),
  };
};
