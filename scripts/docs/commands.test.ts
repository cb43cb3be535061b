import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import t from 'tap';
import { root } from '../child-group.ts';
import { environment } from '../environment.ts';
import { type Platform, readPlatform } from '../platform.ts';
import { commandsOf } from './markdown.ts';

const bin = join(root, 'node_modules', '.bin');
const env = { ...environment, PATH: `${bin}:${environment.PATH ?? ''}` };

const home = await mkdtemp(join(tmpdir(), 'relais-docs-'));
// As root another account serves the database, and has to pass through.
await chmod(home, 0o711);
const dataDir = join(home, 'data');
/** A range of its own: other tests start platforms too, and two that look for free ports find the same. */
const firstPort = 10_000 + (process.pid % 1_000) * 10;
/** Npm scripts that are not called like their file, or take no data folder. */
const scripts: { readonly [name: string]: string } = {
  token: `scripts/call.ts --token --data-dir ${dataDir}`,
  'rewrap-keys': 'scripts/rewrap-keys.ts',
};
const platform = await start();

const documents = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md'],
  ...(await readdir(join(root, 'docs')))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];
for (const document of documents) {
  const { script, prints } = commandsOf(await readFile(join(root, document), 'utf8'));
  if (script === '') continue;
  t.test(`the commands of ${document} do what it says`, async (t) => {
    const { code, output } = await run(here(script));
    t.equal(code, 0, code === 0 ? 'they succeed' : output);
    let from = 0;
    for (const shown of prints) {
      const at = output.indexOf(shown, from);
      t.ok(at >= 0, `prints ${shown}`);
      if (at >= 0) from = at + shown.length;
    }
  });
}

/** The platform as `npm start` starts it, on a first start. */
async function start(): Promise<Platform> {
  const child = spawn(
    join(bin, 'node'),
    [join(root, 'scripts', 'start.ts'), '--data-dir', dataDir, '--port', String(firstPort)],
    { cwd: root, env: { ...env, RELAIS_LOG_LEVEL: 'error' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const lines: string[] = [];
  const ended = once(child, 'exit');
  t.teardown(async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(home, { recursive: true, force: true });
  });
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes('ready in')) return;
    }
    throw new Error(`the platform did not start:\n${lines.join('\n')}`);
  })();
  await ready;
  child.stdout.resume();
  return await readPlatform(dataDir);
}

/** Against this platform instead of the one that the reader has started, and without npm's own start-up time. */
function here(script: string): string {
  const addresses = ['identity', 'referrals', 'resources'].map(
    (name, index) => [`http://127.0.0.1:440${index}`, platform.services[name] ?? ''] as const,
  );
  const moved = addresses.reduce((text, [from, to]) => text.replaceAll(from, to), script);
  return moved
    .replaceAll(
      /npm run (?:--silent )?([\w-]+)(?: --)?/g,
      (_, name) => `node ${scripts[name] ?? `scripts/${name}.ts --data-dir ${dataDir}`}`,
    )
    .replaceAll(/(?<!\w)\.data\//g, `${dataDir}/`);
}

async function run(script: string): Promise<{ code: number; output: string }> {
  const child = spawn('bash', ['-c', `set -euo pipefail\n${script}`], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const [code] = await once(child, 'close');
  return { code, output };
}
