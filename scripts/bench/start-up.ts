import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbedded } from '@relais/postgres/embedded';
import type { Report } from './measure.ts';

const secondsMax = 10;

/** `npm start` after its installation, the first time and again: until every service is ready. */
export async function benchStart({
  folder,
  report,
}: {
  readonly folder: string;
  readonly report: Report;
}): Promise<void> {
  const dataDir = join(folder, 'platform');
  for (const what of ['first start, with the demo network', 'second start']) {
    const seconds = await secondsToReady(dataDir);
    report({
      what: `npm start, ${what}`,
      ours: `${seconds.toFixed(1)} s`,
      target: { text: `≤ ${secondsMax} s`, isMet: seconds <= secondsMax },
    });
  }
  // Its data may lie outside the folder: started as root.
  const left = await startEmbedded({ dataDir: join(dataDir, 'postgres') });
  await left.remove();
}

async function secondsToReady(dataDir: string): Promise<number> {
  const script = fileURLToPath(new URL('../start.ts', import.meta.url));
  const since = performance.now();
  const child = spawn(process.execPath, [script, '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const over = Promise.withResolvers<void>();
  child.once('exit', () => over.resolve());
  let seconds: number | undefined;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    if (seconds !== undefined || !/\bready in \d/.test(text)) return;
    seconds = (performance.now() - since) / 1000;
    child.kill('SIGINT');
  });
  await over.promise;
  if (seconds === undefined) throw new Error('the platform did not start');
  return seconds;
}
