import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { startEmbedded } from '@relais/postgres/embedded';
import { stopLeftover } from '@relais/postgres/embedded-server';
import { forgetfulSettings } from '@relais/postgres/fresh-database';
import { root, runCommand } from './child-group.ts';
import type { TapCount } from './tap-failures.ts';
import { type FileResult, runFiles } from './test-files.ts';

type Stage = { readonly name: string; readonly run: () => Promise<TapCount> };

/** Files that are named at the end: whoever makes the run slower sees it. */
const slowestMax = 10;
const parts = ['contracts', 'packages', 'services', 'scripts'];
/** The long ones, longest first. */
const long = [
  ...['places-race', 'scenario', 'disk', 'crash', 'event-store-outages', 'docs/commands'],
  ...[
    'resources/access',
    'fuzz',
    'matrix',
    'embedded',
    'rebuild',
    'eventstoredb-store',
    'services/',
  ],
];
/** Tests of these start whole platforms. */
const isAcrossProcesses = (path: string): boolean =>
  path.startsWith('scripts/acceptance/') || path === 'scripts/docs/commands.test.ts';
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interruption.abort());
}
const print = (text: string) => process.stdout.write(text);

const paths = process.argv.slice(2).filter((argument) => argument !== '--coverage');
const isMeasured = process.argv.includes('--coverage');
const files = await testFiles(paths);
const results: FileResult[] = [];
const stages = [...(paths.length > 0 ? [] : checks()), isMeasured ? measured() : tests()];
const total = { passed: 0, failed: 0 };
for (const stage of stages) {
  const { passed, failed } = await timed(stage);
  total.passed += passed;
  total.failed += failed;
  if (interruption.signal.aborted) {
    print('interrupted\n');
    process.exit(130);
  }
}
print(slowest());
print(`${total.passed} passed, ${total.failed} failed\n`);
process.exitCode = total.failed > 0 ? 1 : 0;

async function timed(stage: Stage): Promise<TapCount> {
  const from = performance.now();
  const count = await stage.run();
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  print(`${stage.name.padEnd(10)} ${count.failed === 0 ? 'ok    ' : 'FAILED'} ${seconds} s\n`);
  return count;
}

/** Each counts as one. They are silent unless they fail. */
function checks(): Stage[] {
  const check = (name: string, program: string, args: string[]): Stage => ({
    name,
    async run() {
      const { code, output } = await runCommand({ program, args, signal: interruption.signal });
      if (code === 0) return { passed: 1, failed: 0 };
      print(output);
      return { passed: 0, failed: 1 };
    },
  });
  const script = (name: string): Stage[] => {
    const path = join('scripts', `${name}.ts`);
    return existsSync(join(root, path)) ? [check(name, 'node', [path, '--check'])] : [];
  };
  return [
    check('types', 'tsc', []),
    check('lint', 'biome', ['check']),
    ...script('contracts'),
    ...script('openapi'),
  ];
}

/**
 * All files over one PostgreSQL that forgets. Those that start whole platforms spend more time waiting than working:
 * they have a lane of their own beside the others, and both are as wide as a machine of two cores wants.
 */
function tests(): Stage {
  return {
    name: 'tests',
    run: () =>
      overPostgres(async (env, temporary) => {
        const run = {
          // Code that was loaded once is compiled for all.
          env: { ...env, NODE_COMPILE_CACHE: join(temporary, 'compile-cache') },
          signal: interruption.signal,
          print,
        };
        const whole = files.filter(isAcrossProcesses).toSorted(longestFirst);
        const inside = files.filter((path) => !isAcrossProcesses(path)).toSorted(longestFirst);
        const lanes = await Promise.all([runFiles(whole, 2, run), runFiles(inside, 2, run)]);
        results.push(...lanes.flat());
        return {
          passed: results.reduce((sum, { passed }) => sum + passed, 0),
          failed: results.reduce((sum, { failed }) => sum + failed, 0),
        };
      }),
  };
}

/** What of the code the tests inside one process run, as tap measures it. */
function measured(): Stage {
  return {
    name: 'coverage',
    run: () =>
      overPostgres(async (env) => {
        const inside = files.filter((path) => !isAcrossProcesses(path));
        const args = ['run', '--reporter=terse', '--coverage-report=text-summary', ...inside];
        const { signal } = interruption;
        const { code, output } = await runCommand({ program: 'tap', args, env, signal });
        print(output);
        return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
      }),
  };
}

/** Everything that the tests leave behind lies in one folder, which goes with the server. */
async function overPostgres(
  run: (env: Readonly<Record<string, string>>, temporary: string) => Promise<TapCount>,
): Promise<TapCount> {
  const home = await mkdtemp(join(tmpdir(), 'relais-test-'));
  // As root another account serves the data and has to pass through.
  await chmod(home, 0o711);
  const temporary = join(home, 'tmp');
  await mkdir(temporary, { mode: 0o711 });
  const server = await startEmbedded({
    dataDir: join(home, 'postgres'),
    settings: forgetfulSettings,
  });
  try {
    return await run({ RELAIS_TEST_DATABASE_URL: server.url, TMPDIR: temporary }, temporary);
  } finally {
    await stopServersIn(temporary);
    await server.remove();
    await rm(home, { recursive: true, force: true });
  }
}

/** So that none runs alone in the end. Those that are not named are short enough. */
function longestFirst(one: string, other: string): number {
  const rank = (path: string) => long.findIndex((name) => path.includes(name)) + 1 || 99;
  return rank(one) - rank(other);
}

function slowest(): string {
  const longest = results
    .toSorted((one, other) => other.seconds - one.seconds)
    .slice(0, slowestMax);
  return longest
    .map(({ path, seconds }) => `${seconds.toFixed(1).padStart(6)} s  ${path}\n`)
    .join('');
}

/** A test that was killed leaves its own PostgreSQL behind. */
async function stopServersIn(folder: string): Promise<void> {
  for (const path of await readdir(folder, { recursive: true })) {
    if (path.endsWith('postmaster.pid')) await stopLeftover(join(folder, dirname(path)));
  }
}

async function testFiles(paths: readonly string[]): Promise<string[]> {
  const found = await Promise.all((paths.length > 0 ? paths : parts).map(testFilesIn));
  for (const [index, files] of found.entries()) {
    if (files.length === 0 && paths.length > 0) {
      process.stderr.write(`no test files in ${paths[index]}\n`);
      process.exit(2);
    }
  }
  return [...new Set(found.flat())].sort();
}

async function testFilesIn(path: string): Promise<string[]> {
  const full = paths.length > 0 ? resolve(path) : join(root, path);
  const status = await stat(full).catch(() => undefined);
  if (status === undefined) return [];
  if (!status.isDirectory()) return [relative(root, full)];
  const entries = await readdir(full, { recursive: true });
  return entries
    .filter((entry) => entry.endsWith('.test.ts') && !entry.includes('node_modules'))
    .map((entry) => relative(root, join(full, entry)));
}
