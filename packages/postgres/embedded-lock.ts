import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';

/** A process, told apart from a later one that got the same number. */
type Owner = { readonly pid: number; readonly startedAt: string };

/**
 * Claims a data folder for this process by a file in it, and gives what releases the claim. Throws when a living process has it;
 * a claim that a killed process left behind is taken over.
 */
export async function claim(file: string): Promise<() => Promise<void>> {
  const mine = JSON.stringify({ pid: process.pid, startedAt: await startOf(process.pid) });
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, mine);
  try {
    while (!(await createFrom(draft, file))) await takeOverFromTheDead(file);
  } finally {
    await rm(draft, { force: true });
  }
  return async () => {
    if ((await readText(file)) === mine) await rm(file, { force: true });
  };
}

/** Puts the whole content in place at once, or says that the file is there already. */
const createFrom = (draft: string, file: string): Promise<boolean> =>
  link(draft, file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );

async function takeOverFromTheDead(file: string): Promise<void> {
  const text = await readText(file);
  if (text === undefined) return;
  const owner = parseOwner(text);
  if (owner && (await isAlive(owner))) {
    throw new Error(
      `the data folder is in use by process ${owner.pid} (${file}): stop that one, or choose another folder`,
    );
  }
  const aside = `${file}.${process.pid}.dead`;
  await rename(file, aside).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  // Another process may have taken over in between: then this is its claim, and goes back.
  if ((await readText(aside)) !== text) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, startedAt } = JSON.parse(text) as Owner;
    return Number.isInteger(pid) && pid > 0 ? { pid, startedAt: String(startedAt) } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, startedAt }: Owner): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return (await startOf(pid)) === startedAt;
}

/** Boot and tick at which a process started (Linux, proc(5) field 22); elsewhere nothing, and the number alone decides. */
async function startOf(pid: number): Promise<string> {
  const status = await readText(`/proc/${pid}/stat`);
  if (status === undefined) return '';
  const boot = await readText('/proc/sys/kernel/random/boot_id');
  const afterName = status.slice(status.lastIndexOf(')') + 2).split(' ');
  // Killed, and nobody has asked yet how it ended: in a container perhaps nobody ever will.
  if (afterName[0] === 'Z') return '';
  return `${boot?.trim()} ${afterName[19]}`;
}

const readText = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch(() => undefined);
