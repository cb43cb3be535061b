import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Account, canReach } from './embedded-account.ts';
import type { Binaries } from './embedded-binaries.ts';

export const superuser = 'relais';

/** A data folder of PostgreSQL ("cluster" in its words), ready to be served. */
export type Cluster = { readonly folder: string; readonly password: string };

export type ClusterOptions = {
  readonly dataDir: string;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly sharedDir: string;
  /** false: what initdb writes need not be on disk when it answers. */
  readonly sync: boolean;
};

/** Opens the cluster that belongs to `dataDir`, or makes it. Throws when another major version made it. */
export async function openCluster(options: ClusterOptions): Promise<Cluster> {
  const folder = await clusterFolder(options);
  const made = await readText(join(folder, 'PG_VERSION'));
  const passwordFile = join(options.dataDir, 'password');
  let password = (await readText(passwordFile))?.trim();
  if (made === undefined) {
    password ??= randomBytes(24).toString('base64url');
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await initialise(folder, password, options);
    return { folder, password };
  }
  const major = options.binaries.version.split('.')[0];
  if (made.trim() !== major) {
    throw new Error(
      `the data in ${folder} was made by PostgreSQL ${made.trim()}, this is ${major}: start the version that made it to ` +
        'copy the log out, or choose another data folder',
    );
  }
  if (!password) {
    throw new Error(`${passwordFile} is missing: without it nobody can open the data in ${folder}`);
  }
  return { folder, password };
}

/** Whom the data of `dataDir` belong to, if it has any: the only account that PostgreSQL lets serve them. */
export async function clusterOwner(dataDir: string): Promise<Account | undefined> {
  const elsewhere = (await readText(join(dataDir, 'cluster.path')))?.trim();
  const status = await stat(elsewhere || join(dataDir, 'cluster')).catch(() => undefined);
  return status && { name: `number ${status.uid}`, uid: status.uid, gid: status.gid };
}

/**
 * Where the cluster is: in the data folder, if the account of the server gets there. If not (a clone under a folder of mode 0700, as
 * root), in a folder of its own below `sharedDir`, and `cluster.path` in the data folder says which.
 */
async function clusterFolder({ dataDir, account, sharedDir }: ClusterOptions): Promise<string> {
  const pointer = join(dataDir, 'cluster.path');
  const elsewhere = (await readText(pointer))?.trim();
  if (elsewhere) return elsewhere;
  const inside = join(dataDir, 'cluster');
  if (account === undefined || (await canReach(dataDir, account, 'traverse'))) return inside;
  if ((await readText(join(inside, 'PG_VERSION'))) !== undefined) {
    throw new Error(
      `the account ${account.name}, which serves the data for root, cannot reach ${inside}: open the folders above it (chmod o+x)`,
    );
  }
  await mkdir(sharedDir, { recursive: true, mode: 0o755 });
  const home = join(sharedDir, randomBytes(8).toString('hex'));
  await mkdir(home, { mode: 0o755 });
  const folder = join(home, 'cluster');
  await writeFile(pointer, `${folder}\n`);
  return folder;
}

/** Runs initdb beside the final place and moves the result there: a killed initdb leaves nothing that looks whole. */
async function initialise(
  folder: string,
  password: string,
  { binaries, account, sync }: ClusterOptions,
): Promise<void> {
  if (await stat(folder).catch(() => undefined)) {
    throw new Error(`${folder} exists and is not a data folder of PostgreSQL: move it away`);
  }
  // In a folder the account owns, because initdb makes its folder and reads the password as that account.
  const workshop = join(dirname(folder), 'cluster.new');
  await rm(workshop, { recursive: true, force: true });
  await mkdir(workshop, { mode: 0o700 });
  const passwordFile = join(workshop, 'password');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) {
    await chown(workshop, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  const made = join(workshop, 'cluster');
  await runToEnd(join(binaries.folder, 'bin', 'initdb'), account, [
    `--pgdata=${made}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    // The provider inside PostgreSQL: the same order of words on every system, with no locale installed.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--no-instructions',
    ...(sync ? [] : ['--no-sync']),
  ]);
  await rename(made, folder);
  await rm(workshop, { recursive: true, force: true });
}

function runToEnd(program: string, account: Account | undefined, args: string[]): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(program, args, { ...runningAs(account), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  child.on('error', reject);
  child.on('close', (code) => {
    if (code === 0) resolve();
    else reject(new Error(`${program} failed (${code}): ${output.trim()}`));
  });
  return promise;
}

/** Options of `spawn`: the account, a folder it can be in, and an environment that holds none of our secrets. */
export const runningAs = (account: Account | undefined) => ({
  ...(account && { uid: account.uid, gid: account.gid, cwd: '/' }),
  // Windows does not start programs without its own variables.
  ...(process.platform !== 'win32' && { env: { LC_ALL: 'C', TZ: 'UTC' } }),
});

const readText = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
