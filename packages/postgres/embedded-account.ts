import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Whom the server runs as. */
export type Account = { readonly name: string; readonly uid: number; readonly gid: number };

/** In order of preference. The last resort exists everywhere and owns nothing that matters. */
const candidates = ['postgres', 'nobody'];

/**
 * The account to run the server as, because PostgreSQL refuses root: the owner of the data, if there are any. Undefined for an
 * ordinary user, who runs it himself.
 */
export async function serverAccount(owner: Account | undefined): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  if (owner && owner.uid !== 0) return owner;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const candidate of candidates) {
    const [name, , uid, gid] = lines.find(([name]) => name === candidate) ?? [];
    if (name !== undefined && Number(uid) > 0 && Number(gid) > 0) {
      return { name, uid: Number(uid), gid: Number(gid) };
    }
  }
  throw new Error(
    `PostgreSQL refuses to run as root, and none of the accounts ${candidates.join(', ')} exists here: ` +
      'run as an ordinary user, or set DATABASE_URL to a server of your own',
  );
}

const bitsFor = { traverse: 0o1, read: 0o4, execute: 0o5 };

/**
 * Whether `account` gets to `path` through every folder above it and may do `want` there. Looks at the mode bits alone:
 * access lists could only widen them.
 */
export async function canReach(
  path: string,
  account: Account,
  want: keyof typeof bitsFor,
): Promise<boolean> {
  try {
    let at = await realpath(path);
    if (!allows(await stat(at), account, bitsFor[want])) return false;
    while (at !== dirname(at)) {
      at = dirname(at);
      if (!allows(await stat(at), account, bitsFor.traverse)) return false;
    }
    return true;
  } catch {
    return false;
  }
}

function allows(
  file: { readonly mode: number; readonly uid: number; readonly gid: number },
  account: Account,
  bits: number,
): boolean {
  const shift = file.uid === account.uid ? 6 : file.gid === account.gid ? 3 : 0;
  return ((file.mode >> shift) & bits) === bits;
}
