import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { publishDemoDirectory } from './demo-directory.ts';
import { environment } from './environment.ts';
import type { Client, Platform } from './platform.ts';
import { type DataFolder, openDataFolder } from './start/data-folder.ts';
import { platformDatabase } from './start/database.ts';
import { type Print, printer } from './start/lines.ts';
import { registerMembers } from './start/network.ts';
import { readOptions, type StartOptions, usage, WrongOption } from './start/options.ts';
import { findPorts } from './start/ports.ts';
import { type Service, superviseService } from './start/service-process.ts';
import { whenShellEnds } from './start/shell.ts';

const names = ['identity', 'referrals', 'resources'];
const largest = 'resources';
const root = join(import.meta.dirname, '..');
const write = (text: string) => process.stdout.write(text);
const say = printer(write);

/** What has been started, in order; it is stopped the other way round. */
const started: { stop(): Promise<unknown> }[] = [];
let stopping: Promise<void> | undefined;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
whenShellEnds(() => stopping ?? end());

function end(): void {
  // Asked twice, somebody is in a hurry: the services end with this process, the database at the next start.
  if (stopping) process.exit(130);
  say('start')('stopping');
  void stopAll().then(() => process.exit(0));
}

try {
  const options = readOptions(process.argv.slice(2), names.length);
  if (options === 'help') write(usage);
  else await start(options);
} catch (error) {
  // A signal that came in between has its own end.
  if (!stopping) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof WrongOption) process.stderr.write('"npm start -- --help" tells more\n');
    await stopAll();
    process.exit(error instanceof WrongOption ? 2 : 1);
  }
}

async function start(options: StartOptions): Promise<void> {
  const from = performance.now();
  const print = say('start');
  const host = environment.RELAIS_HOST || '127.0.0.1';
  const folder = await openDataFolder(options.dataDir, {
    masterKey: environment.RELAIS_MASTER_KEY || undefined,
    network: options.demo ? 'demo' : 'empty',
  });
  started.push({ stop: folder.release });
  const ports = await findPorts(options.port, names.length, host);
  const addresses = ports.map((port) => `http://${host}:${port}`);
  const issuer = environment.RELAIS_ISSUER || (addresses[0] ?? '');
  const prepared = prepare(folder);
  const laterEnv = prepared.then(({ url }) => ({ DATABASE_URL: url }));
  const services: Service[] = [];
  started.push({ stop: () => Promise.all(services.map((service) => service.stop())) });
  const supervise = (name: string) => {
    const index = names.indexOf(name);
    services[index] = superviseService({
      name,
      entry: join(root, 'services', name, 'main.ts'),
      url: addresses[index] ?? '',
      env: {
        NODE_COMPILE_CACHE: join(folder.path, 'compile-cache'),
        ...environment,
        ...{ RELAIS_HOST: host, RELAIS_SERVICE_PORT: String(ports[index]), RELAIS_ISSUER: issuer },
        RELAIS_MASTER_KEY: folder.masterKey,
      },
      laterEnv,
      print: say(name),
    });
  };
  // One loads its code while the database is made, the one that has the most: all at once would hold up the database.
  supervise(largest);
  const { clients } = await prepared;
  for (const name of names) if (name !== largest) supervise(name);
  await Promise.all(services.map((service) => service.ready));

  const platform: Platform = {
    services: Object.fromEntries(services.map(({ name, url }) => [name, url])),
    issuer,
    clients,
  };
  await folder.write('platform.json', `${JSON.stringify(platform, undefined, 2)}\n`);
  if (folder.network === 'demo' && !existsSync(join(folder.path, 'demo-published'))) {
    await publishDemoDirectory(platform);
    await folder.write('demo-published', `${new Date().toISOString()}\n`);
  }
  printTable(print, services, join(folder.path, 'platform.json'));
  print(`ready in ${((performance.now() - from) / 1000).toFixed(1)} s; Ctrl-C stops everything`);
}

/** The database and who may call, before any service asks for them. */
async function prepare(folder: DataFolder): Promise<{ url: string; clients: Client[] }> {
  const starting = platformDatabase(
    environment.DATABASE_URL || undefined,
    folder.path,
    say('postgres'),
  );
  // When it did not start there is nothing to stop.
  started.push({
    stop: () =>
      starting.then(
        ({ stop }) => stop(),
        () => undefined,
      ),
  });
  const { url } = await starting;
  const clients = await registerMembers(folder, {
    database: url,
    eventStore: environment.EVENTSTORE_URL || undefined,
  });
  return { url, clients };
}

function printTable(print: Print, services: readonly Service[], file: string): void {
  for (const { name, url } of services) print(`${name.padEnd(10)} ${url}  ${url}/docs`);
  print(`addresses and clients: ${file}`);
}

function stopAll(): Promise<void> {
  stopping ??= (async () => {
    for (const { stop } of started.toReversed()) {
      await stop().catch((error: unknown) => say('start')(String(error)));
    }
  })();
  return stopping;
}
