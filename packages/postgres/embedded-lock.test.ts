import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { claim } from './embedded-lock.ts';
import { until } from './probe.ts';

const file = join(t.testdir(), 'supervisor.json');

t.test('a folder has one process, until that gives it back', async (t) => {
  const release = await claim(file);
  await t.rejects(claim(file), new RegExp(`in use by process ${process.pid}`));
  await release();
  await (await claim(file))();
});

t.test(
  'a killed process keeps nothing, though its parent never asks how it ended',
  { skip: process.platform !== 'linux' && 'needs /proc' },
  async (t) => {
    const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.teardown(() => parent.kill());
    const [said] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(said.toString());
    const status = async () => {
      const text = await readFile(`/proc/${pid}/stat`, 'utf8');
      return text.slice(text.lastIndexOf(')') + 2).split(' ');
    };
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    await writeFile(file, JSON.stringify({ pid, startedAt: `${boot} ${(await status())[19]}` }));
    await t.rejects(claim(file), /in use/);
    await until(async () => (await readFile(`/proc/${parent.pid}/comm`, 'utf8')) === 'sleep\n');
    process.kill(pid, 'SIGKILL');
    await until(async () => (await status())[0] === 'Z');
    await (await claim(file))();
  },
);
