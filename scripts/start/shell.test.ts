import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { environment } from '../environment.ts';

const start = join(import.meta.dirname, '..', 'start.ts');

t.test('the platform ends with the shell that npm runs it in', async (t) => {
  const folder = join(t.testdir({}), 'data');
  // As npm does it: SIGTERM reaches the shell alone.
  const command = `"${process.execPath}" "${start}" --no-demo --data-dir "${folder}"`;
  const shell = spawn('sh', ['-c', `${command} & echo "platform $!"; wait`], {
    env: { ...environment, npm_lifecycle_event: 'start' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let platform = 0;
  let isLeftAlone = false;
  const patience = setTimeout(() => {
    isLeftAlone = true;
    process.kill(platform, 'SIGTERM');
  }, 20_000);
  t.teardown(() => clearTimeout(patience));
  const said: string[] = [];
  // Ends when nobody is left who could write.
  for await (const line of createInterface(shell.stdout)) {
    said.push(line);
    platform ||= Number(/^platform (\d+)/.exec(line)?.[1] ?? 0);
    if (line.startsWith('postgres   | ready')) shell.kill('SIGTERM');
  }
  t.notOk(isLeftAlone);
  t.ok(said.includes('start      | stopping'));
});
