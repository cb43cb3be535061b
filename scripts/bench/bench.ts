import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEmbedded } from '@relais/postgres/embedded';
import { benchAppend } from './append.ts';
import { benchCatchUp } from './catch-up.ts';
import { reportHttp } from './http-command.ts';
import { benchGrowth } from './http-growth.ts';
import type { Report, Row } from './measure.ts';
import { benchRead } from './read.ts';
import { benchStart } from './start-up.ts';
import { benchVisible } from './visible.ts';

const usage = `npm run bench -- [--quick] [--only <name>]...

Measures the figures of the platform on a PostgreSQL of its own, fsync on. --quick: a log of 100,000 events and not
a million, fewer and shorter rounds. Names: append, read, catch-up, http, visible, growth, start.
`;
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    help: { type: 'boolean', default: false },
  },
});

type Stage = { readonly url: string; readonly folder: string; readonly report: Report };
const { quick } = values;
const events = quick ? 100_000 : 1_000_000;
const rounds = quick ? 3 : 5;
const stages: { readonly [name: string]: (stage: Stage) => Promise<void> } = {
  append: (stage) =>
    benchAppend({ ...stage, ...(quick && { callers: [64], rounds: 3, roundMs: 1_500 }) }),
  read: (stage) => benchRead({ ...stage, rounds }),
  http: (stage) => reportHttp({ ...stage, rounds, roundMs: quick ? 2_000 : 5_000 }),
  visible: (stage) => benchVisible({ ...stage, ms: quick ? 5_000 : 20_000 }),
  growth: (stage) => benchGrowth({ ...stage, events, rounds }),
  'catch-up': (stage) => benchCatchUp({ ...stage, events }),
  start: benchStart,
};

const names = values.only ?? Object.keys(stages);
if (values.help || names.some((name) => stages[name] === undefined)) process.stdout.write(usage);
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
