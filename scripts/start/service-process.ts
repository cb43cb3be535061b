import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { watchHealth } from './health.ts';
import { heapEnvironment, heapFlags } from './heap.ts';
import { type Print, printLines } from './lines.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type ServiceOptions = {
  readonly name: string;
  /** Its main.ts. */
  readonly entry: string;
  /** Where it answers, once it does. */
  readonly url: string;
  readonly env: Environment;
  /** What of its environment is not known yet. Its code is loaded meanwhile, and runs once this is there. */
  readonly laterEnv?: Promise<Environment>;
  readonly print: Print;
  readonly patience?: Partial<typeof defaultPatience>;
};

export type Service = {
  readonly name: string;
  readonly url: string;
  /** The process at this moment; it changes with every restart. */
  pid(): number | undefined;
  /** Resolves when it is ready for the first time; rejects when it does not come up. */
  readonly ready: Promise<void>;
  /** SIGTERM, then SIGKILL after a while; no restart follows. */
  stop(): Promise<void>;
};

const defaultPatience = {
  /** For the first time, and anew each time that it gets on with the rows of a new version. */
  readyMaxMs: 60_000,
  /** It may end so often before it was ever ready: then something is wrong that time will not cure. */
  failedStartsMax: 3,
  restartMinMs: 250,
  restartMaxMs: 15_000,
  /** After so long without an end, the next one counts as the first again. */
  calmMs: 60_000,
  healthEveryMs: 5_000,
  answerMaxMs: 5_000,
  /** So many checks in a row without an answer: it hangs, and is started again. */
  silentChecksMax: 6,
  stopMaxMs: 12_000,
};

/** Runs a service in a process of its own, watches its health and starts it again when it crashes or hangs. */
export function superviseService(options: ServiceOptions): Service {
  const patience = { ...defaultPatience, ...options.patience };
  const stopping = new AbortController();
  const firstReady = Promise.withResolvers<void>();
  let child: ChildProcess | undefined;
  let late: NodeJS.Timeout | undefined;
  const lifetime = keepRunning();
  // Whoever awaits `ready` gets the error; nobody has to.
  firstReady.promise.catch(() => undefined);

  async function keepRunning(): Promise<void> {
    const { signal } = stopping;
    let restartMs = 0;
    let everReady = false;
    for (let ends = 1; !signal.aborted; ends++) {
      const from = Date.now();
      everReady = (await runOnce(signal)) || everReady;
      if (signal.aborted) return;
      if (!everReady && ends === patience.failedStartsMax) {
        firstReady.reject(new Error(`${options.name} does not start: see its lines above`));
        return;
      }
      restartMs = pauseAfter(Date.now() - from, restartMs);
      options.print(`starts again in ${restartMs} ms`);
      await sleep(restartMs, undefined, { signal }).catch(() => undefined);
    }
  }

  const pauseAfter = (livedMs: number, pauseBeforeMs: number): number =>
    pauseBeforeMs === 0 || livedMs > patience.calmMs
      ? patience.restartMinMs
      : Math.min(pauseBeforeMs * 2, patience.restartMaxMs);

  /** Resolves when the process has ended, to whether it was ready before. */
  async function runOnce(signal: AbortSignal): Promise<boolean> {
    const running = startProcess(options);
    child = running;
    const ended = new AbortController();
    const health = watchHealth({
      ...{ url: options.url, everyMs: patience.healthEveryMs },
      ...{ answerMaxMs: patience.answerMaxMs, silentChecksMax: patience.silentChecksMax },
      signal: AbortSignal.any([signal, ended.signal]),
      changed(isReady) {
        options.print(isReady ? 'ready' : 'not ready');
        if (isReady) firstReady.resolve();
      },
      getsOn: () => late?.refresh(),
      hangs() {
        options.print('does not answer any more');
        running.kill('SIGKILL');
      },
    });
    const [code, byWhat] = await once(running, 'exit').catch((error: unknown) => [String(error)]);
    ended.abort();
    if (!signal.aborted) options.print(`ended (${byWhat ?? code})`);
    return health;
  }

  const tooLate = new Error(`${options.name} was not ready within ${patience.readyMaxMs} ms`);
  const giveTime = () => {
    if (stopping.signal.aborted) return;
    late = setTimeout(() => firstReady.reject(tooLate), patience.readyMaxMs);
    firstReady.promise.catch(() => undefined).finally(() => clearTimeout(late));
  };
  if (options.laterEnv === undefined) giveTime();
  else options.laterEnv.then(giveTime, firstReady.reject);

  return {
    name: options.name,
    url: options.url,
    pid: () => child?.pid,
    ready: firstReady.promise,
    async stop() {
      stopping.abort();
      clearTimeout(late);
      child?.kill('SIGTERM');
      const killing = setTimeout(() => child?.kill('SIGKILL'), patience.stopMaxMs);
      await lifetime;
      clearTimeout(killing);
    },
  };
}

function startProcess({ entry, env, laterEnv, print }: ServiceOptions): ChildProcess {
  const early = laterEnv === undefined ? [] : ['--import', join(import.meta.dirname, 'early.ts')];
  const child = spawn(process.execPath, [...heapFlags, ...early, entry], {
    env: { ...heapEnvironment, ...env },
    // The service ends when this channel closes, so a killed supervisor leaves none behind (lifecycle.ts of @relais/http).
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C in the terminal is for the supervisor, which stops the services before their database.
    detached: true,
  });
  child.on('error', (error) => print(String(error)));
  // It may have ended by then.
  laterEnv?.then((rest) => child.connected && child.send(rest)).catch(() => undefined);
  if (child.stdout) printLines(child.stdout, print);
  if (child.stderr) printLines(child.stderr, print);
  return child;
}
