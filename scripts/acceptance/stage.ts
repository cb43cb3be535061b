import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '@relais/event-log/log';
import { openLog } from '@relais/event-log/open-log';
import { type Database, openDatabase } from '@relais/postgres/database';
import { freePort } from '@relais/postgres/embedded';
import type { Test } from 'tap';
import { environment } from '../environment.ts';
import type { Platform } from '../platform.ts';
import { openDataFolder } from '../start/data-folder.ts';
import { registerMembers } from '../start/network.ts';
import { type Service, superviseService } from '../start/service-process.ts';
import { deadlineMs, until } from './eventually.ts';
import { type Partner, partner } from './partner.ts';

type Names = 'identity' | 'referrals' | 'resources';

/** Real processes of every service over one database, with the members of the demo network. */
export type Stage = {
  /** Of this test process. */
  readonly database: Database;
  readonly log: Log;
  readonly services: { readonly [name in Names]: readonly Service[] };
  readonly platform: Platform;
  /** What the processes have written, each line with the name of its process. */
  readonly lines: readonly string[];
  partner(organisation: string, role?: string): Partner;
  /** Resolves when each of these processes answers that it is ready. */
  ready(...services: readonly Service[]): Promise<void>;
};

export type StageOptions = {
  readonly databaseUrl: string;
  readonly eventStoreUrl?: string | undefined;
  /** How many processes of each; one when it is not said. */
  readonly processes?: { readonly [name in Names]?: number };
  /** Also for the environment of the referrals processes. */
  readonly referralsEnv?: Readonly<Record<string, string>>;
};

const root = join(import.meta.dirname, '../..');
/** Whoever is killed comes back at once, however often. */
const patience = { restartMinMs: 50, restartMaxMs: 50, healthEveryMs: 250, readyMaxMs: deadlineMs };

/** A folder that goes with the test. As root another account serves data in it and has to pass through. */
export async function temporaryFolder(t: Test): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'relais-acceptance-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711);
  return folder;
}

/** Sets the stage; all of it is gone at the end of the test. */
export async function openStage(t: Test, options: StageOptions): Promise<Stage> {
  const { databaseUrl, eventStoreUrl } = options;
  const data = { masterKey: undefined, network: 'demo' as const };
  const folder = await openDataFolder(join(await temporaryFolder(t), 'data'), data);
  const clients = await registerMembers(folder, {
    database: databaseUrl,
    eventStore: eventStoreUrl,
  });
  const lines: string[] = [];
  const ports = { identity: await freePort() };
  const issuer = `http://127.0.0.1:${ports.identity}`;
  const start = (name: Names, index: number, port: number): Service =>
    superviseService({
      name,
      entry: join(root, 'services', name, 'main.ts'),
      url: `http://127.0.0.1:${port}`,
      env: {
        ...{ ...environment, RELAIS_ISSUER: issuer, RELAIS_SERVICE_PORT: String(port) },
        ...{ DATABASE_URL: databaseUrl, EVENTSTORE_URL: eventStoreUrl },
        RELAIS_MASTER_KEY: folder.masterKey,
        ...(name === 'referrals' && options.referralsEnv),
      },
      print: (line) => void lines.push(`${name} ${index}: ${line}`),
      patience,
    });
  const several = async (name: Names): Promise<Service[]> => {
    const count = options.processes?.[name] ?? 1;
    const free = await freePorts(count);
    return free.map((port, index) => start(name, index, port));
  };
  const services = {
    identity: [start('identity', 0, ports.identity)],
    referrals: await several('referrals'),
    resources: await several('resources'),
  };
  const all = Object.values(services).flat();
  const database = openDatabase({ url: databaseUrl, max: 4, applicationName: 'relais-test' });
  const log = await openLog({ database, eventStoreUrl });
  t.teardown(async () => {
    if (!t.passing()) for (const line of lines.slice(-80)) t.comment(line);
    await Promise.all(all.map((service) => service.stop()));
    await log.close();
    await database.close();
    await folder.release();
  });
  await Promise.all(all.map((service) => service.ready));
  const first = Object.entries(services).map(([name, [one]]) => [name, one?.url ?? '']);
  const platform = { services: Object.fromEntries(first), issuer, clients };
  const serviceAt = (url: string): string =>
    all.find((service) => url.startsWith(`${service.url}/`))?.name ?? 'none';
  return {
    ...{ database, log, services, platform, lines },
    partner: (organisation, role) => partner(platform, serviceAt, organisation, role),
    ready: async (...wanted) => {
      await Promise.all(wanted.map((one) => until(`${one.name} is ready`, () => isReady(one))));
    },
  };
}

const isReady = ({ url }: Service): Promise<boolean> =>
  fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

/** All at once, so that no two are the same. */
const freePorts = (count: number): Promise<number[]> =>
  Promise.all(Array.from({ length: count }, () => freePort()));

/** Kills the process of the resources service that is at work for this consumer. */
export async function killLeader({ database, services }: Stage, consumer: string): Promise<void> {
  const { rows } = await database.query<{ owner: string | null }>(
    'select owner from event_log.consumer where name = $1',
    [consumer],
  );
  const pid = Number(rows[0]?.owner?.split(':').at(-1));
  if (!services.resources.some((one) => one.pid() === pid)) throw new Error(`nobody ${consumer}`);
  process.kill(pid, 'SIGKILL');
}
