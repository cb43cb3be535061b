import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const prefix = '.s.PGSQL.';
/** What every system takes (Linux 107, macOS 103), ending included. */
const pathMaxBytes = 103;

/**
 * The socket file in the data folder of the server, which is closed to other accounts: a round trip costs a fifth to a
 * third less than over 127.0.0.1. Without one where its path would be too long, and on Windows.
 */
export function socketOf(cluster: string): {
  readonly settings: Readonly<Record<string, string>>;
  /** Of a connection's URL: drivers take it before the address. */
  readonly query: string;
} {
  const longest = Buffer.byteLength(join(cluster, `${prefix}65535`));
  if (process.platform === 'win32' || longest > pathMaxBytes) {
    return { settings: { unix_socket_directories: '' }, query: '' };
  }
  const quoted = `"${cluster.replaceAll('"', '""')}"`;
  return {
    settings: { unix_socket_directories: quoted },
    query: `?host=${encodeURIComponent(cluster)}`,
  };
}

/** What a server that was killed left: PostgreSQL would take the process named in it, by now any other, for a server. */
export async function removeSockets(cluster: string): Promise<void> {
  const names = await readdir(cluster).catch(() => []);
  const left = names.filter((name) => name.startsWith(prefix));
  await Promise.all(left.map((name) => rm(join(cluster, name), { force: true })));
}
