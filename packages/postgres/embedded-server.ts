import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Account } from './embedded-account.ts';
import type { Binaries } from './embedded-binaries.ts';
import { runningAs } from './embedded-cluster.ts';
import { removeSockets } from './embedded-socket.ts';

const startMaxMs = 60_000;
const stopMaxMs = 20_000;
const logMaxBytes = 10_000_000;

export type ServerOptions = {
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly cluster: string;
  readonly port: number;
  readonly logFile: string;
  /** Settings of postgresql.conf, which win over those of the file. */
  readonly settings: Readonly<Record<string, string>>;
};

export type Server = {
  readonly pid: number;
  /** Resolves when the server is gone, whoever ended it. */
  readonly exited: Promise<void>;
  /** Fast shutdown: ends the sessions, writes what is due, waits for the end. */
  stop(): Promise<void>;
};

/** Starts the server and resolves when it accepts connections. Throws with the end of its log when it does not. */
export async function serve(options: ServerOptions): Promise<Server> {
  const deadline = Date.now() + startMaxMs;
  for (;;) {
    const started = await serveOnce(options, deadline);
    if (typeof started !== 'string') return started;
    // After a kill -9 of the server its sessions live on for a moment, and hold the shared memory.
    const isClearing = /pre-existing shared memory|lock file .* already exists/.test(started);
    if (!isClearing || Date.now() > deadline) {
      throw new Error(`PostgreSQL did not start (log: ${options.logFile}):\n${started}`);
    }
    await sleep(100);
    await stopLeftover(options.cluster);
  }
}

async function serveOnce(options: ServerOptions, deadline: number): Promise<Server | string> {
  await rotate(options.logFile);
  const log = await open(options.logFile, 'a', 0o600);
  const { size } = await log.stat();
  const child = spawn(
    join(options.binaries.folder, 'bin', 'postgres'),
    ['-D', options.cluster, '-p', String(options.port), ...flags(options.settings)],
    {
      ...runningAs(options.account),
      // A process group of its own: Ctrl-C in the terminal is for us; we stop the server after its clients.
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      windowsHide: true,
    },
  );
  const exited = Promise.withResolvers<void>();
  // Whatever ends this process in an orderly way ends the server too; after a kill -9 the next start does.
  const onExit = () => void child.kill('SIGINT');
  process.once('exit', onExit);
  const gone = () => {
    process.removeListener('exit', onExit);
    exited.resolve();
  };
  child.on('exit', gone);
  child.on('error', gone);
  try {
    await once(child, 'spawn');
    if (await becomesReady(child, options.cluster, deadline)) {
      child.unref();
      return running(child, exited.promise, options);
    }
    await end(child, exited.promise, 'SIGQUIT');
    return (await readFile(options.logFile, 'utf8')).slice(size).trim() || 'it gave no reason';
  } finally {
    await log.close();
  }
}

/** The server itself says so in the last line of its pid file, as pg_ctl reads it too. */
async function becomesReady(
  child: ChildProcess,
  cluster: string,
  deadline: number,
): Promise<boolean> {
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null) return false;
    const lines = await pidFile(cluster);
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return true;
    await sleep(10);
  }
  return false;
}

function running(child: ChildProcess, exited: Promise<void>, options: ServerOptions): Server {
  return {
    pid: Number(child.pid),
    exited,
    async stop() {
      child.ref();
      if (process.platform === 'win32') {
        const control = join(options.binaries.folder, 'bin', 'pg_ctl');
        spawn(control, ['stop', '-m', 'fast', '-D', options.cluster], { stdio: 'ignore' });
        await exited;
      } else {
        await end(child, exited, 'SIGINT');
      }
    },
  };
}

/** Ends a server of a start before this one, which a killed parent left behind, and removes what names a process. */
export async function stopLeftover(cluster: string): Promise<void> {
  const pid = Number((await pidFile(cluster))[0]);
  const deadline = Date.now() + stopMaxMs;
  let found = pid > 0 ? await whatIs(pid, cluster) : 'other';
  while (found === 'server') {
    process.kill(pid, Date.now() < deadline ? 'SIGINT' : 'SIGQUIT');
    await sleep(50);
    found = await whatIs(pid, cluster);
  }
  // The number may be another program's by now, and PostgreSQL would take that one for a server.
  if (found !== 'other') return;
  await rm(join(cluster, 'postmaster.pid'), { force: true });
  await removeSockets(cluster);
}

/** Whether a server runs on this data folder; its `postmaster.pid` may have been left behind by one that was killed. */
export async function isServed(cluster: string): Promise<boolean> {
  const pid = Number((await pidFile(cluster))[0]);
  return pid > 0 && (await whatIs(pid, cluster)) !== 'other';
}

/** Whether process `pid` is a server on this very data folder; where that cannot be known, PostgreSQL decides. */
async function whatIs(pid: number, cluster: string): Promise<'server' | 'other' | 'unknown'> {
  try {
    process.kill(pid, 0);
  } catch {
    return 'other';
  }
  if (process.platform !== 'linux') return 'unknown';
  try {
    const [program = ''] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0');
    // The server makes its data folder its working directory, and the link follows a folder that is moved.
    const isHere = (await readlink(`/proc/${pid}/cwd`)) === (await realpath(cluster));
    return isHere && program.endsWith('postgres') ? 'server' : 'other';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'other' : 'unknown';
  }
}

async function end(
  child: ChildProcess,
  exited: Promise<void>,
  signal: NodeJS.Signals,
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const late = setTimeout(() => child.kill('SIGQUIT'), stopMaxMs);
  await exited;
  clearTimeout(late);
}

const pidFile = async (cluster: string): Promise<string[]> =>
  (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');

const flags = (settings: Readonly<Record<string, string>>): string[] =>
  Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

async function rotate(logFile: string): Promise<void> {
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  if (size > logMaxBytes) await rename(logFile, `${logFile}.1`);
}
