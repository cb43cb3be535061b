import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { startEmbedded } from '@relais/postgres/embedded';
import { stopLeftover } from '@relais/postgres/embedded-server';
import { forgetfulSettings } from '@relais/postgres/fresh-database';
import { type Finished, root, runCommand } from './child-group.ts';
import { type FileTime, type TapCount, tapFailures } from './tap-failures.ts';

type Stage = { readonly name: string; readonly run: () => Promise<TapCount> };

/** Files that are named at the end: whoever makes the run slower sees it. */
const slowestMax = 10;
const parts = ['contracts', 'packages', 'services', 'scripts'];
/** Tests of these start whole platforms. */
const isAcrossProcesses = (path: string): boolean =>
  path.startsWith('scripts/acceptance/') || path === 'scripts/docs/commands.test.ts';
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => interruption.abort());
}
const print = (text: string) => process.stdout.write(text);

const unmeasured = ['--disable-coverage'];
const measured = '--coverage-report=text-summary';
const paths = process.argv.slice(2).filter((argument) => argument !== '--coverage');
const isMeasured = process.argv.includes('--coverage');
const files = await testFiles(paths);
const times: FileTime[] = [];
const stages = paths.length > 0 ? [named()] : [...checks(), within(), across()];
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

/** What somebody asks for by its path. */
function named(): Stage {
  return tests('tests', files, unmeasured);
}

/** One process each. With `--coverage` it is measured what of the code they run, which takes a third longer. */
function within(): Stage {
  const inside = files.filter((path) => !isAcrossProcesses(path));
  return tests('tests', inside, isMeasured ? [measured] : unmeasured);
}

/**
 * Whole platforms. They spend more time waiting than working, so there is one more at a time than there are cores
 * at least. Nothing is measured in them: that makes every process they start slower, and their lines are known
 * from the other tests.
 */
function across(): Stage {
  const whole = files.filter(isAcrossProcesses);
  return tests('acceptance', whole, [...unmeasured, '--jobs=3']);
}

/** Test files over one PostgreSQL that forgets; everything they leave behind lies in one folder, which goes with it. */
function tests(name: string, paths: readonly string[], options: readonly string[]): Stage {
  return {
    name,
    async run() {
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
        const failures = tapFailures(print);
        const finished = await runCommand({
          program: 'tap',
          args: ['run', '--reporter=tap', ...options, ...paths],
          env: {
            RELAIS_TEST_DATABASE_URL: server.url,
            TMPDIR: temporary,
            // Code from the cache is measured less exactly.
            ...(!options.includes(measured) && {
              NODE_COMPILE_CACHE: join(temporary, 'compile-cache'),
            }),
          },
          onLine: failures.line,
          signal: interruption.signal,
        });
        times.push(...failures.times());
        return countTests(finished, failures.count());
      } finally {
        await stopServersIn(temporary);
        await server.remove();
        await rm(home, { recursive: true, force: true });
      }
    },
  };
}

function slowest(): string {
  const longest = times.toSorted((one, other) => other.seconds - one.seconds).slice(0, slowestMax);
  return longest
    .map(({ path, seconds }) => `${seconds.toFixed(1).padStart(6)} s  ${path}\n`)
    .join('');
}

function countTests({ code, errors }: Finished, count: TapCount | undefined): TapCount {
  if (code === 0 && count !== undefined) return count;
  // What a file said before it died is in no test.
  print(errors);
  const { passed, failed } = count ?? { passed: 0, failed: 0 };
  return { passed, failed: Math.max(1, failed) };
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
