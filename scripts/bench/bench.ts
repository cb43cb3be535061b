import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbedded } from '@relais/postgres/embedded';
import { benchAppend } from './append.ts';
import { benchCatchUp } from './catch-up.ts';
import { reportHttp } from './http-command.ts';
import { benchGrowth } from './http-growth.ts';
import { benchImport } from './import.ts';
import type { Report, Row } from './measure.ts';
import { benchRead } from './read.ts';
import { benchSearch } from './search.ts';
import { benchStart } from './start-up.ts';
import { benchVisible } from './visible.ts';

const usage = `npm run bench [name]... [-- --million]

Measures the figures of the platform on a PostgreSQL of its own, fsync on: all of them, or those named, in a few minutes.
Names: append, read, http, visible, growth, catch-up, search, import, start. --million: with logs of a million events where a hundred
thousand are made otherwise, more callers, longer rounds; some fifteen minutes, and 3 GB of disk.
`;
const { values, positionals } = parseArgs({
  options: {
    million: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

type Stage = { readonly url: string; readonly folder: string; readonly report: Report };
const { million } = values;
const events = million ? 1_000_000 : 100_000;
const rounds = million ? 5 : 3;
const stages: { readonly [name: string]: (stage: Stage) => Promise<void> } = {
  append: (stage) =>
    benchAppend({ ...stage, ...(!million && { callers: [64], rounds: 3, roundMs: 1_500 }) }),
  read: (stage) => benchRead({ ...stage, rounds }),
  http: (stage) => reportHttp({ ...stage, rounds, roundMs: million ? 5_000 : 2_000 }),
  visible: (stage) => benchVisible({ ...stage, ms: million ? 20_000 : 10_000 }),
  growth: (stage) => benchGrowth({ ...stage, events, rounds }),
  'catch-up': (stage) => benchCatchUp({ ...stage, events }),
  search: (stage) => benchSearch({ ...stage, ms: million ? 20_000 : 12_000 }),
  import: benchImport,
  start: benchStart,
};

const names = positionals.length > 0 ? positionals : Object.keys(stages);
if (values.help || names.some((name) => !Object.hasOwn(stages, name))) process.stdout.write(usage);
else await bench(names);

async function bench(names: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'relais-bench-'));
  const server = await startEmbedded({ dataDir: join(folder, 'postgres') });
  let ending: Promise<void> | undefined;
  const end = () => {
    ending ??= server.remove().then(() => rm(folder, { recursive: true, force: true }));
    return ending;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void end().then(() => process.exit(130)));
  }
  try {
    for (const name of names) await stages[name]?.({ url: server.url, folder, report: print });
  } finally {
    await end();
  }
}

function print({ what, ours, comparison, ratio, target }: Row): void {
  const lines = [
    `${what}`,
    `    ours        ${ours}`,
    ...(comparison === undefined ? [] : [`    compared    ${comparison}`]),
    ...(ratio === undefined ? [] : [`    ratio       ${ratio.toFixed(2)}`]),
    ...(target === undefined
      ? []
      : [`    target      ${target.text}: ${target.isMet ? 'met' : 'NOT MET'}`]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
