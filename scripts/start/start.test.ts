import { once } from 'node:events';
import { readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import { openDataFolder } from './data-folder.ts';
import { readOptions, WrongOption } from './options.ts';
import { findPorts } from './ports.ts';

t.test('the command line is read, and a wrong one gets a clear message', async (t) => {
  t.match(readOptions([], 3), { port: undefined, demo: true });
  t.match(readOptions(['--data-dir', '/a/b', '--port', '5000', '--no-demo'], 3), {
    dataDir: '/a/b',
    port: 5000,
    demo: false,
  });
  t.equal(readOptions(['--help', '--no-demo'], 3), 'help');
  t.equal(readOptions(['-h'], 3), 'help');
  const wrong = (...args: string[]) =>
    t.throws(() => readOptions(args, 3), WrongOption, args.join(' '));
  for (const port of ['0', '65534', 'x', '1.5', '', '1e3', ' 80']) wrong(`--port=${port}`);
  wrong('--port');
  wrong('--data-dir=');
  wrong('--demo');
  wrong('somewhere');
  t.throws(() => readOptions(['--ports', '1'], 3), /--ports/);
});

t.test('ports are those asked for, or else a free range', async (t) => {
  const [first] = await findPorts(undefined, 3, '127.0.0.1');
  const server = createServer().listen(first, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  await t.rejects(findPorts(first, 3, '127.0.0.1'), /port \d+ is taken/);
  await t.rejects(findPorts(Number(first) - 1, 3, '127.0.0.1'), WrongOption);
  const other = await findPorts(undefined, 3, '127.0.0.1');
  t.equal(other.length, 3);
  t.notOk(other.includes(Number(first)));
});

t.test('a data folder keeps its master key and what its first start chose', async (t) => {
  const path = join(t.testdir({}), 'data');
  const first = await openDataFolder(path, { masterKey: undefined, network: 'empty' });
  t.equal(Buffer.from(first.masterKey, 'base64url').length, 32);
  t.equal((await stat(join(path, 'master-key'))).mode & 0o777, 0o600);
  await t.rejects(
    openDataFolder(path, { masterKey: undefined, network: 'demo' }),
    /in use by process/,
  );
  await first.release();
  const second = await openDataFolder(path, { masterKey: undefined, network: 'demo' });
  t.equal(second.masterKey, first.masterKey);
  t.equal(second.network, 'empty');
  await second.write('note', 'one');
  t.equal(await readFile(join(path, 'note'), 'utf8'), 'one');
  t.equal((await stat(join(path, 'note'))).mode & 0o777, 0o600);
  await second.release();
  const given = await openDataFolder(path, { masterKey: 'given', network: 'demo' });
  t.equal(given.masterKey, 'given');
  await given.release();
  await rm(join(path, 'master-key'));
  await t.rejects(
    openDataFolder(path, { masterKey: undefined, network: 'demo' }),
    /master-key is missing/,
  );
});
