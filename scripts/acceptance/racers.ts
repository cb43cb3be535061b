import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Recorded } from '@relais/event-log/log';
import type { Test } from 'tap';

const processes = 3;

/** Processes that answer the same kind of events beside each other. */
export type Racers = {
  /**
   * Each answers its part. After so many answers one is killed, at whatever it is doing then, and the one that
   * follows it answers its part again from the beginning.
   */
  share(records: readonly Recorded[], killAfter?: number): Promise<void>;
  /** Each answers all. */
  everyOne(records: readonly Recorded[]): Promise<void>;
};

export async function openRacers(t: Test, args: readonly string[]): Promise<Racers> {
  const running = await Promise.all(Array.from({ length: processes }, () => start(args)));
  t.teardown(() => Promise.all(running.map(kill)));
  let victim = 0;
  return {
    async share(records, killAfter) {
      const parts = running.map((_, n) => records.filter((_, at) => at % processes === n));
      victim = (victim + 1) % processes;
      const answered = running.map((racer, n) =>
        answer(racer, parts[n] ?? [], n === victim ? killAfter : undefined),
      );
      const isKilled = (await Promise.all(answered)).includes('killed');
      if (!isKilled) return;
      running[victim] = await start(args);
      await answer(running[victim] as ChildProcess, parts[victim] ?? []);
    },
    async everyOne(records) {
      await Promise.all(running.map((racer) => answer(racer, records)));
    },
  };
}

async function start(args: readonly string[]): Promise<ChildProcess> {
  const child = fork(join(import.meta.dirname, 'places-racer.ts'), args, {
    serialization: 'advanced',
  });
  await once(child, 'message');
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Resolves when it has answered all, or was killed; throws when it died by itself. */
async function answer(
  child: ChildProcess,
  records: readonly Recorded[],
  killAfter = Number.POSITIVE_INFINITY,
): Promise<'answered' | 'killed'> {
  if (records.length === 0) return 'answered';
  const { promise, resolve, reject } = Promise.withResolvers<'answered' | 'killed'>();
  const onExit = () => reject(new Error('a process that was not killed ended'));
  const onMessage = (answered: number) => {
    if (answered === killAfter) {
      // What it had said before it died still comes, and is not the end of its part.
      child.off('exit', onExit).off('message', onMessage);
      void kill(child).then(() => resolve('killed'));
    } else if (answered === records.length) resolve('answered');
  };
  child.on('message', onMessage).once('exit', onExit);
  child.send([...records]);
  try {
    return await promise;
  } finally {
    child.off('message', onMessage).off('exit', onExit);
  }
}
