import { randomBytes, randomUUID } from 'node:crypto';
import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ImportView } from '@relais/contracts/import-views';
import { testIssuer } from '@relais/http/test-tokens';
import { type DirectoryFile, writeDirectory } from './directory-file.ts';
import { benchDatabase, count, type Report } from './measure.ts';
import { type Server, startServer } from './servers.ts';

const residentMaxMb = 300;
const partBytes = 8 * 1024 * 1024;
const lookMs = 250;

/** A whole directory through the front door of the service in a process of its own, and the same file again. */
export async function benchImport({
  url,
  folder,
  report,
  services = 100_000,
  flags = [],
}: {
  readonly url: string;
  readonly folder: string;
  readonly report: Report;
  readonly services?: number;
  readonly flags?: string[];
}): Promise<void> {
  await using bench = await benchDatabase(url);
  const { issuer, jwks, token } = await testIssuer();
  const server = await startServer(
    'resources-process.ts',
    {
      ...{ url: bench.url, issuer, jwks, audience: 'urn:relais:resources' },
      masterKey: randomBytes(32).toString('base64url'),
    },
    flags,
  );
  const association = randomUUID();
  const caller: Caller = async (method, path, given = {}) => {
    const text = await token({ service: 'resources', role: 'partner', association });
    const answer = await fetch(`${server.url}/v1/imports${path}`, {
      ...{ method, ...given },
      headers: { ...given.headers, authorization: `Bearer ${text}` },
    });
    if (!answer.ok) throw new Error(await answer.text());
    return answer;
  };
  try {
    const file = await writeDirectory(join(folder, 'directory.json'), services);
    for (const what of ['an import', 'the same file again']) {
      await writeFile(`/proc/${server.pid}/clear_refs`, '5').catch(() => undefined);
      const before = await processorSeconds(server);
      const { seconds, uploadSeconds, halfwayMb, over } = await bringIn(server, caller, file);
      const busy = (await processorSeconds(server)) - before;
      const mostMb = await residentMb(server, 'VmHWM');
      const entries = services + file.structures;
      report({
        what: `${what}: ${count(services)} services of ${count(file.structures)} structures, ${count(file.size / 1e6)} MB, as data·inclusion`,
        ours:
          `${count(entries / seconds)} entries/s, ${seconds.toFixed(0)} s after ${uploadSeconds.toFixed(0)} s of sending, ` +
          `${busy.toFixed(0)} s of processor time; ` +
          `${mostMb} MB at most (${halfwayMb} MB halfway); ${told(over)}`,
        target: { text: `≤ ${residentMaxMb} MB`, isMet: mostMb <= residentMaxMb },
      });
    }
  } finally {
    await server.stop();
  }
}

const told = ({ counts, state, reason }: ImportView): string =>
  counts === null
    ? `${state} ${reason}`
    : `${count(counts.created)} created, ${count(counts.unchanged)} unchanged, ${count(counts.refused)} refused`;

type Caller = (method: string, path: string, given?: RequestInit) => Promise<Response>;

async function bringIn(server: Server, caller: Caller, file: DirectoryFile) {
  const { size, sha256 } = file;
  const made = await caller('POST', '', {
    headers: { 'content-type': 'application/json', 'idempotency-key': `"${randomUUID()}"` },
    body: JSON.stringify({ format: 'data-inclusion', source: 'bench', size, sha256 }),
  });
  const { id } = (await made.json()) as { id: string };
  const since = performance.now();
  await send(caller, id, file);
  const sent = performance.now();
  let halfwayMb = 0;
  for (;;) {
    const seen = (await (await caller('GET', `/${id}`)).json()) as ImportView;
    if (!['uploaded', 'applying'].includes(seen.state)) {
      const seconds = (performance.now() - sent) / 1000;
      return { seconds, uploadSeconds: (sent - since) / 1000, halfwayMb, over: seen };
    }
    const { organisations, organisationsDone } = seen.progress;
    if (halfwayMb === 0 && organisations > 0 && organisationsDone * 2 >= organisations) {
      halfwayMb = await residentMb(server, 'VmRSS');
    }
    await pause(lookMs);
  }
}

async function send(caller: Caller, id: string, { path, size }: DirectoryFile): Promise<void> {
  const handle = await open(path);
  try {
    for (let offset = 0; offset < size; offset += partBytes) {
      const { buffer, bytesRead } = await handle.read(
        Buffer.alloc(partBytes),
        0,
        partBytes,
        offset,
      );
      await caller('PATCH', `/${id}/content`, {
        headers: { 'content-type': 'application/partial-upload', 'upload-offset': `${offset}` },
        body: buffer.subarray(0, bytesRead),
      });
    }
  } finally {
    await handle.close();
  }
}

/** As Linux counts it: what it has now, or the most it had. */
async function residentMb({ pid }: Server, field: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024);
}

/** Ticks of a hundredth of a second, of the user's and the system's time (proc(5)). */
async function processorSeconds({ pid }: Server): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}
