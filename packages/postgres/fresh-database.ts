import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { testDatabaseUrl } from './config.ts';
import { type Database, openDatabase } from './database.ts';
import { type Embedded, startEmbedded } from './embedded.ts';

/** What is needed of tap's `t`. */
type Test = { teardown(cleanUp: () => Promise<void>): unknown };

/** For a server whose data nobody will miss: commits do not wait for the disk. */
export const forgetfulSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  shared_buffers: '64MB',
  autovacuum_naptime: '10s',
};

/**
 * An empty database for one test, dropped at its teardown with whatever is still connected. On the server of the test runner, or, when
 * a test file is run alone, on one started for this process.
 */
export async function freshDatabase(
  t: Test,
  options: { readonly max?: number } = {},
): Promise<{ readonly url: string; readonly database: Database }> {
  const server = testDatabaseUrl() || (await ownServer());
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = new URL(server);
  url.pathname = `/${name}`;
  // wal_log copies page by page; the other strategy forces two checkpoints.
  await administer(server, `create database ${escapeIdentifier(name)} strategy wal_log`);
  const database = openDatabase({ url: url.href, max: options.max ?? 10 });
  t.teardown(async () => {
    await database.close();
    await administer(server, `drop database ${escapeIdentifier(name)} with (force)`);
  });
  return { url: url.href, database };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

let own: Promise<Embedded> | undefined;

async function ownServer(): Promise<string> {
  own ??= startForThisProcess();
  return (await own).url;
}

async function startForThisProcess(): Promise<Embedded> {
  const dataDir = mkdtempSync(join(tmpdir(), 'relais-test-'));
  // As root another account serves the data and has to pass through.
  await chmod(dataDir, 0o711);
  const server = await startEmbedded({ dataDir, settings: forgetfulSettings });
  const onExit = () => {
    killNow(server.pid);
    removeNow(dataDir);
  };
  process.once('exit', onExit);
  process.once('beforeExit', () => {
    void server.remove().then(() => process.removeListener('exit', onExit));
  });
  return server;
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGQUIT');
  } catch {
    // It is gone already.
  }
}

/** Nothing asynchronous runs any more while the process exits, and the server still deletes its own files. */
function removeNow(folder: string): void {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    }
  }
}
