import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openDatabase } from './database.ts';
import { freePort, startEmbedded } from './embedded.ts';
import { forgetfulSettings as settings } from './fresh-database.ts';
import { reachEmbedded } from './reach-embedded.ts';

const isRoot = process.getuid?.() === 0;

/** A folder under which data folders are made; `mode` 0o711 lets root's unprivileged account through, 0o700 does not. */
async function home(t: Test, mode = 0o711): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'relais-embedded-'));
  await chmod(folder, mode);
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function value(url: string, query: string): Promise<unknown> {
  const database = openDatabase({ url, max: 1 });
  try {
    return Object.values((await database.query(query)).rows[0] ?? {})[0];
  } finally {
    await database.close();
  }
}

/** Null over the socket file. */
const whereFrom = 'select host(client_addr) from pg_stat_activity where pid = pg_backend_pid()';
const withoutSocket = (url: string) => url.replace(/\?.*/, '');

/** Not a zombie either: an orphan may wait for ever to be collected, where process 1 collects nothing. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' && process.platform !== 'linux';
  }
}

t.test('a second start finds the data and the password again', async (t) => {
  const dataDir = join(await home(t), 'data, "all" of it');
  const first = await startEmbedded({ dataDir, settings, databases: ['relais', 'other one'] });
  await value(first.url, 'create table kept as select 42 as answer');
  t.equal(await value(first.urlOf('other one'), 'select current_database()'), 'other one');
  t.same(
    [
      await value(first.url, "select current_setting('listen_addresses')"),
      await value(first.url, whereFrom),
      await value(withoutSocket(first.url), whereFrom),
      await value(first.url, "select current_setting('data_checksums')"),
      await value(first.url, 'select pg_encoding_to_char(encoding) from pg_database'),
      await value(first.url, "select datlocale from pg_database where datname = 'relais'"),
      await value(first.url, "select current_setting('fsync')"),
    ],
    ['127.0.0.1', null, '127.0.0.1', 'on', 'UTF8', 'C.UTF-8', 'off'],
  );
  t.equal((await stat(join(dataDir, 'password'))).mode & 0o777, 0o600);
  await t.rejects(value(first.url.replace(/:[^:@]+@/, ':guess@'), 'select 1'), { code: '28P01' });
  await first.stop();
  await first.exited;
  t.notOk(isAlive(first.pid));

  const second = await startEmbedded({ dataDir, settings });
  t.teardown(() => second.stop());
  t.equal(await value(second.url, 'select answer from kept'), 42);
  await t.rejects(startEmbedded({ dataDir, settings }), /in use by process \d+/);
  t.ok(isAlive(second.pid), 'the refused start leaves the running server alone');
});

t.test('fsync is on unless asked otherwise', async (t) => {
  const server = await startEmbedded({ dataDir: join(await home(t), 'data') });
  t.equal(await value(server.url, "select current_setting('fsync')"), 'on');
  await server.remove();
});

t.test('a killed parent or a killed server does not block the next start', async (t) => {
  const dataDir = join(await home(t), 'data');
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(join(import.meta.dirname, 'embedded.ts'))});
    const server = await startEmbedded(${JSON.stringify({ dataDir, settings })});
    process.stdout.write(String(server.pid));
    setInterval(() => undefined, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [text] = (await once(parent.stdout, 'data')) as [Buffer];
  const orphan = Number(text.toString());
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  t.ok(isAlive(orphan), 'the server outlived its parent');

  const second = await startEmbedded({ dataDir, settings });
  t.notOk(isAlive(orphan));
  t.equal(await value(second.url, 'select 1 as one'), 1);
  process.kill(second.pid, 'SIGKILL');
  // Stopping what is dead waits for the news of it; `exited` alone keeps no process from ending.
  await second.stop();

  const third = await startEmbedded({ dataDir, settings, port: second.port });
  t.equal(third.port, second.port);
  await third.stop();
  // The number in a stale file may by now belong to another program of the same account.
  const elsewhere = (await readFile(join(dataDir, 'cluster.path'), 'utf8').catch(() => '')).trim();
  const cluster = elsewhere || join(dataDir, 'cluster');
  const { uid, gid } = await stat(cluster);
  const stranger = spawn('sleep', ['60'], { uid, gid, stdio: 'ignore' });
  t.teardown(() => stranger.kill());
  const { port } = third;
  for (const file of ['postmaster.pid', `.s.PGSQL.${port}.lock`]) {
    await writeFile(join(cluster, file), `${stranger.pid}\n`);
  }
  const fourth = await startEmbedded({ dataDir, settings, port });
  t.equal(await value(fourth.url, 'select 1 as one'), 1);
  await fourth.remove();
  t.same(await readdir(join(dataDir, '..')), []);
});

t.test('where the path of a socket file would be too long, there is none', async (t) => {
  const dataDir = join(await home(t), 'long'.repeat(20), 'data, "all" of it');
  await mkdir(join(dataDir, '..'), { mode: 0o711 });
  const server = await startEmbedded({ dataDir, settings });
  t.equal(await value(server.url, whereFrom), '127.0.0.1');
  await server.remove();
});

t.test(
  'the server of a folder is reached, or started in place of one that was killed',
  async (t) => {
    const dataDir = join(await home(t), 'data');
    await t.rejects(reachEmbedded(dataDir), /no database in .*data: name the platform/);
    await t.rejects(stat(dataDir), 'nothing is made where nothing was');
    const first = await startEmbedded({ dataDir, settings });
    const pidFile = join(String(await value(first.url, 'show data_directory')), 'postmaster.pid');
    const left = await readFile(pidFile);
    const reached = await reachEmbedded(dataDir);
    t.equal(await value(reached.url, 'select inet_server_port()'), first.port);
    await first.stop();
    await writeFile(pidFile, left);
    const second = await reachEmbedded(dataDir);
    t.equal(await value(second.url, 'select 1'), 1);
    await second.stop();
  },
);

t.test('an unusable folder gets a clear message', async (t) => {
  const folder = await home(t);
  const dataDir = join(folder, 'data');
  await mkdir(join(dataDir, 'cluster'), { recursive: true });
  await t.rejects(startEmbedded({ dataDir, settings }), /not a data folder of PostgreSQL/);
  await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '17\n');
  await t.rejects(startEmbedded({ dataDir, settings }), /made by PostgreSQL 17, this is 18/);
  await rm(join(dataDir, 'password'));
  await writeFile(join(dataDir, 'cluster', 'PG_VERSION'), '18\n');
  await t.rejects(startEmbedded({ dataDir, settings }), /password is missing/);
});

t.test('a taken port and a wrong setting get a clear message', async (t) => {
  const folder = await home(t);
  const server = await startEmbedded({ dataDir: join(folder, 'one'), settings });
  t.teardown(() => server.stop());
  const dataDir = join(folder, 'two');
  await t.rejects(startEmbedded({ dataDir, settings, port: server.port }), /port \d+ is taken/);
  await t.rejects(startEmbedded({ dataDir, settings: { nonsense: '1' } }), /nonsense/);
  const port = await freePort();
  const other = await startEmbedded({ dataDir, settings, port });
  t.equal(other.port, port, 'the failed starts left the folder free');
  await other.stop();
});

t.test(
  'as root: data and binaries nobody else reaches are served from elsewhere',
  { skip: !isRoot && 'not root' },
  async (t) => {
    const folder = await home(t, 0o700);
    const sharedDir = join(await home(t), 'shared');
    const dataDir = join(folder, 'data');
    const first = await startEmbedded({ dataDir, settings, sharedDir });
    await value(first.url, 'create table kept as select 42 as answer');
    t.notSame((await stat(`/proc/${first.pid}`)).uid, 0, 'the server is not root');
    await first.stop();
    const cluster = (await readFile(join(dataDir, 'cluster.path'), 'utf8')).trim();
    t.ok(cluster.startsWith(sharedDir));
    const second = await startEmbedded({ dataDir, settings, sharedDir });
    t.equal(await value(second.url, 'select answer from kept'), 42);
    await second.remove();
    t.notOk((await readdir(sharedDir)).some((name) => !name.startsWith('postgresql-')));
  },
);
