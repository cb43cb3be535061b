import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { startDouble } from '@relais/event-log/double/server';
import t, { type Test } from 'tap';
import { environment } from '../environment.ts';
import { member, readPlatform } from '../platform.ts';
import { fileMaxMs, until } from './eventually.ts';
import { runProgram } from './program.ts';
import { temporaryFolder } from './stage.ts';

t.setTimeout(fileMaxMs);

/** Each begins with its number. */
const chapters = 6;
/** What the timeline tells of each, in the order of the story. */
const told = [
  ...['Dossier ouvert', 'Objectif fixé', 'Vulnérabilité notée', 'Consentement donné'],
  ...['Prise en compte', 'Complément demandé', 'Complément fourni', 'Acceptée', 'Commencée'],
  ...['Terminée', 'Refusée', 'Réorientée', 'Rappel', 'Signalée à la coordination', 'Expirée'],
  ...['Place demandée', 'Acceptée', 'Commencée', 'Transmission proposée', 'Transmission acceptée'],
  'Dossier transmis',
];

const portOf = (url: string): number => Number(new URL(url).port);

/** Whether nothing listens there. */
const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => resolve(false)).on('error', () => resolve(true));
    socket.on('connect', () => socket.destroy());
  });

/** `npm start`, with what is in the environment of the test run out of the way. */
async function start(t: Test, dataDir: string, eventStoreUrl: string | undefined) {
  const program = runProgram(t, 'start.ts', ['--data-dir', dataDir], {
    ...{ DATABASE_URL: undefined, EVENTSTORE_URL: eventStoreUrl, RELAIS_ISSUER: undefined },
  });
  await program.says('Ctrl-C stops everything');
  const platform = await readPlatform(dataDir);
  const [pid, , , port] = await postmaster(dataDir);
  return {
    platform,
    /** Ctrl-C. */
    async stop() {
      program.signal('SIGINT');
      t.equal(await program.ended, 0, 'Ctrl-C ends it in an orderly way');
      const ports = [...Object.values(platform.services).map(portOf), Number(port)];
      for (const one of ports) await until(`nothing listens on ${one}`, () => isFree(one));
      t.throws(() => process.kill(Number(pid), 0), 'PostgreSQL is gone');
    },
  };
}

/** PostgreSQL's own file about itself: its process first, its port fourth. */
async function postmaster(dataDir: string): Promise<string[]> {
  const folder = join(dataDir, 'postgres');
  const elsewhere = await readFile(join(folder, 'cluster.path'), 'utf8').catch(() => '');
  const cluster = elsewhere.trim() || join(folder, 'cluster');
  return (await readFile(join(cluster, 'postmaster.pid'), 'utf8')).split('\n');
}

async function play(t: Test, dataDir: string): Promise<void> {
  const program = runProgram(t, 'scenario.ts', ['--data-dir', dataDir]);
  const code = await program.ended;
  const output = program.output();
  t.equal(code, 0, code === 0 ? 'the story ends well' : output);
  for (let n = 1; n <= chapters; n++) t.match(output, new RegExp(`^${n}\\. `, 'm'));
  let at = output.indexOf('Le fil du dossier');
  t.ok(at > 0, 'the timeline is printed');
  for (const label of told) {
    const next = output.indexOf(`Z  ${label}`, at);
    t.ok(next > at, `then: ${label}`);
    if (next > at) at = next;
  }
}

async function playTwice(t: Test, eventStoreUrl?: string): Promise<void> {
  const dataDir = join(await temporaryFolder(t), 'data');
  const first = await start(t, dataDir, eventStoreUrl);
  await play(t, dataDir);
  const coordination = ['carrefour-des-solidarites', 'coordinator'] as const;
  const worklist = () => member(first.platform, 'referrals', ...coordination).get('/v1/worklist');
  const site = member(first.platform, 'referrals', 'cimade');
  const before = await site.get('/v1/cases');
  t.equal(before.body.items.length, 1, 'the case is with its new association');
  t.equal((await worklist()).status, 200);
  await first.stop();

  const second = await start(t, dataDir, eventStoreUrl);
  t.same(second.platform.clients, first.platform.clients, 'the same may call');
  const after = await member(second.platform, 'referrals', 'cimade').get('/v1/cases');
  t.same(after.body, before.body, 'a second start finds the data');
  await second.stop();
}

t.test('the platform starts, the story is played, and all is found again', (t) => playTwice(t));

t.test('the same with the log in EventStoreDB, here its double', async (t) => {
  const double = await startDouble();
  t.teardown(() => double.close());
  await playTwice(t, double.url);
  t.ok(double.state.all.some(({ type }) => type === 'referral-completed.v1'));
});

const live = environment.EVENTSTORE_URL;
t.test(
  'the same with a live EventStoreDB',
  live ? {} : { skip: 'EVENTSTORE_URL is not set' },
  (t) => playTwice(t, live),
);
