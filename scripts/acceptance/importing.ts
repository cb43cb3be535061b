/** A directory that comes in by the command line while what brings it and what takes it are killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Test } from 'tap';
import { writeDirectory } from '../bench/directory-file.ts';
import type { Client } from '../platform.ts';
import { until } from './eventually.ts';
import type { Partner } from './partner.ts';
import { killLeader, type Stage, temporaryFolder } from './stage.ts';

/** With two processes of the resources service: nothing is lost, doubled, or retired because somebody died. */
export async function bringAcrossDeaths(t: Test, stage: Stage, { client }: Partner): Promise<void> {
  const folder = await temporaryFolder(t);
  const appended = await countingFromHere(stage);
  const all = await writeDirectory(join(folder, 'all.json'), 900);
  const fewer = await writeDirectory(join(folder, 'fewer.json'), 600);
  const command = (file: string) => bring(stage, file, client);

  const broken = command(all.path);
  await until('it is announced', async () => (await appended('import-started')) === 1);
  broken.child.kill('SIGKILL');
  await broken.ended;

  const first = command(all.path);
  await until('entries come in', async () => (await appended('offer-published')) > 0);
  await killLeader(stage, 'resources-imports');
  const { code, output } = await first.ended;
  t.equal(code, 0, output);
  t.match(output, /Going on with import/);
  t.equal(await appended('import-started'), 1);
  t.equal(await appended('organisation-registered'), all.structures);
  t.equal(await appended('offer-published'), 900);

  const second = command(fewer.path);
  await until('something is retired', async () => (await appended('offer-withdrawn')) > 0);
  await killLeader(stage, 'resources-imports');
  t.equal((await second.ended).code, 0);
  t.equal(await appended('offer-withdrawn'), 900 - 600);
  t.equal(await appended('organisation-retired'), all.structures - fewer.structures);

  await stage.ready(...stage.services.resources);
  const before = await stage.log.head();
  t.equal((await command(fewer.path).ended).code, 0);
  t.equal((await stage.log.head()) - before, 2n, 'only that the file came, and was the same');
}

type Ended = { readonly code: number | null; readonly output: string };

/** `npm run import` of a data·inclusion file, as the software of one association. */
function bring(
  { platform }: Stage,
  file: string,
  client: Client,
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const args = [
    ...[join(import.meta.dirname, '../import.ts'), file],
    ...['--format', 'data-inclusion', '--source', 'coupures'],
    ...['--url', platform.services.resources ?? '', '--issuer', platform.issuer],
    ...['--client', client.clientId, '--key', client.keyFile],
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code, output }) as Ended);
  return { child, ended };
}

/** How many events of a type there are since then, in any of its versions. */
async function countingFromHere({ log, database }: Stage) {
  const from = await log.head();
  return async (type: string): Promise<number> => {
    const { rows } = await database.query<{ count: bigint }>(
      'select count(*) from event_log.event where position > $1 and type like $2',
      [from, `${type}.v%`],
    );
    return Number(rows[0]?.count);
  };
}
