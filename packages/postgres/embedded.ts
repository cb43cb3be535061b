import { mkdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { Client, escapeIdentifier } from 'pg';
import { serverAccount } from './embedded-account.ts';
import { findBinaries, reachableBinaries } from './embedded-binaries.ts';
import { clusterOwner, openCluster, superuser } from './embedded-cluster.ts';
import { claim } from './embedded-lock.ts';
import { type Server, type ServerOptions, serve, stopLeftover } from './embedded-server.ts';
import { socketOf } from './embedded-socket.ts';

export type EmbeddedOptions = {
  /** Made when missing. Holds the password, the server's log and the data (or `cluster.path`, where they are). */
  readonly dataDir: string;
  /** Default: a free one. */
  readonly port?: number;
  /** Settings of postgresql.conf by name, e.g. `{ fsync: 'off' }` for tests. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Created when missing. The first is the one of `url`. Default `relais`. */
  readonly databases?: readonly string[];
  /** As root only: where an unprivileged account finds binaries and data it could not reach otherwise. */
  readonly sharedDir?: string;
};

export type Embedded = {
  /** With the password: never to be printed. Names the socket file too (`?host=`), where there is one. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<void>;
  urlOf(database: string): string;
  /** Fast shutdown; resolves when the server is gone and the data folder free. */
  stop(): Promise<void>;
  /** Stops, and deletes the data folder with all that is in it. */
  remove(): Promise<void>;
};

const defaultSettings: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  jit: 'off',
  // Data lies on an SSD, most of it in memory: reading here and there costs what reading in a row costs.
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %a ',
  // The details of an error quote values of rows.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/**
 * Runs a PostgreSQL of our own on 127.0.0.1, for an ordinary user and for root, and finds the data of `dataDir` again. What a killed
 * predecessor left behind is stopped first. Throws when a living process serves that folder, or another major version made it.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = resolve(options.dataDir);
  const account = await serverAccount(await clusterOwner(dataDir));
  const sharedDir = options.sharedDir ?? '/var/lib/relais';
  // Files in it are for their owner alone; root's unprivileged account has to pass through.
  await mkdir(dataDir, { recursive: true, mode: account ? 0o711 : 0o700 });
  const release = await claim(join(dataDir, 'supervisor.json'));
  try {
    const found = await findBinaries();
    const binaries = account ? await reachableBinaries(found, account, sharedDir) : found;
    const sync = options.settings?.fsync !== 'off';
    const cluster = await openCluster({ dataDir, binaries, account, sharedDir, sync });
    const socket = socketOf(cluster.folder);
    const settings = { ...defaultSettings, ...socket.settings, ...options.settings };
    await stopLeftover(cluster.folder);
    const { server, port } = await serveOnPort(options.port, {
      ...{ binaries, account, settings, cluster: cluster.folder },
      logFile: join(dataDir, 'server.log'),
    });
    const urlOf = (database: string) =>
      `postgres://${superuser}:${cluster.password}@127.0.0.1:${port}/${database}${socket.query}`;
    const databases = options.databases ?? ['relais'];
    const stop = async () => {
      await server.stop();
      await release();
    };
    await createMissing(urlOf('postgres'), databases).catch(async (error: unknown) => {
      await server.stop();
      throw error;
    });
    return {
      url: urlOf(databases[0] ?? 'postgres'),
      port,
      pid: server.pid,
      exited: server.exited,
      urlOf,
      stop,
      async remove() {
        await stop();
        await removeData(dataDir, sharedDir);
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** A free port may be taken between our look at it and the server's: then another one. */
async function serveOnPort(
  wanted: number | undefined,
  options: Omit<ServerOptions, 'port'>,
): Promise<{ server: Server; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = wanted ?? (await freePort());
    try {
      return { server: await serve({ ...options, port }), port };
    } catch (error) {
      const taken = /could not bind|could not create any TCP/.test(String(error));
      if (!taken) throw error;
      if (wanted !== undefined) {
        throw new Error(`port ${wanted} is taken by another program: choose another one`, {
          cause: error,
        });
      }
      if (attempt === 5) throw error;
    }
  }
}

/** A TCP port of 127.0.0.1 that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const server = createServer();
  server.on('error', reject);
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
  });
  return promise;
}

async function createMissing(url: string, names: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    const { rows } = await client.query<{ datname: string }>('select datname from pg_database');
    const present = new Set(rows.map(({ datname }) => datname));
    for (const name of names) {
      if (!present.has(name)) await client.query(`create database ${escapeIdentifier(name)}`);
    }
  } finally {
    await client.end();
  }
}

async function removeData(dataDir: string, sharedDir: string): Promise<void> {
  const pointer = await readFile(join(dataDir, 'cluster.path'), 'utf8').catch(() => '');
  const home = dirname(pointer.trim());
  // Only what we made: a folder directly below the shared one.
  if (pointer && dirname(home) === sharedDir) await rm(home, { recursive: true, force: true });
  await rm(dataDir, { recursive: true, force: true });
}
