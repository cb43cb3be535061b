import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import '@relais/service/told-errors';
import { AssociationProfile } from '@relais/contracts/associations';
import { ClientId } from '@relais/contracts/identity';
import { AssociationId } from '@relais/contracts/ids';
import { derivedId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import { openLog } from '@relais/event-log/open-log';
import { type Database, openDatabase } from '@relais/postgres/database';
import { migrate } from '@relais/postgres/migrate';
import { reachEmbedded } from '@relais/postgres/reach-embedded';
import type { MasterKeys } from '@relais/vault/master-key';
import { registerCarrier } from './bootstrap.ts';
import { obtainClientKey } from './client-key.ts';
import { hasDatabase, storageConfig } from './config.ts';
import { issuerMigrations, rotateSigningKey } from './issuer/signing-keys.ts';

const usage = `Local commands of the identity service; they need DATABASE_URL, RELAIS_MASTER_KEY and, with an event store, EVENTSTORE_URL.
--data-dir <folder> stands for the first two where the platform was started by npm start.

  node services/identity/administer.ts bootstrap --name <association> --keys <folder>
      Registers the association that carries the platform and its first administrator, whose private key is made in
      the folder. Repeat it with another folder when every administrator's key is lost.

  node services/identity/administer.ts rotate-key [--at-once]
      Makes the next signing key: published now, signing in ten minutes. --at-once destroys the present one, for the
      day it was stolen.
`;

type Stores = { readonly log: Log; readonly database: Database; readonly masters: MasterKeys };
type Arguments = {
  readonly name?: string | undefined;
  readonly keys?: string | undefined;
  readonly 'at-once': boolean;
};

const leadSeconds = 600;

/** Registers carrier and administrator; ids derive from the name and the key, so a repetition changes nothing. */
async function bootstrap({ log }: Stores, { name, keys }: Arguments): Promise<string> {
  if (name === undefined || keys === undefined) return usage;
  const profile = AssociationProfile.parse({
    name,
    kind: 'association',
    themes: [],
    communes: [],
    acceptsOpenReferrals: false,
    languages: ['fr'],
  });
  const keyFile = join(keys, 'administrator.json');
  const { publicKey } = await obtainClientKey(keyFile);
  const association = AssociationId.parse(derivedId('carrier', name));
  const administrator = ClientId.parse(derivedId('administrator', name, publicKey.kid));
  const [label, now] = ['Administration', new Date()] as const;
  await registerCarrier(log, {
    association,
    profile,
    administrator,
    label,
    keys: [publicKey],
    now,
  });
  return `association ${association}\nclient ${administrator}\nkey ${keyFile}\n`;
}

async function rotateKey({ database, masters }: Stores, given: Arguments): Promise<string> {
  const lead = given['at-once'] ? 0 : leadSeconds;
  const kid = await rotateSigningKey(database, masters, { now: new Date(), leadSeconds: lead });
  return `key ${kid} signs in ${lead} seconds\n`;
}

const commands: {
  readonly [name: string]: (stores: Stores, given: Arguments) => Promise<string>;
} = { bootstrap, 'rotate-key': rotateKey };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    keys: { type: 'string' },
    'at-once': { type: 'boolean', default: false },
    'data-dir': { type: 'string' },
  },
});

/** What the environment does not say, the data folder of `npm start` does. */
async function reachStorage(dataDir: string | undefined) {
  if (dataDir === undefined) return { config: storageConfig(), stop: async () => undefined };
  const RELAIS_MASTER_KEY = (await readFile(join(dataDir, 'master-key'), 'utf8')).trim();
  if (hasDatabase()) {
    return { config: storageConfig({ RELAIS_MASTER_KEY }), stop: async () => undefined };
  }
  const { url, stop } = await reachEmbedded(join(dataDir, 'postgres'));
  return { config: storageConfig({ RELAIS_MASTER_KEY, DATABASE_URL: url }), stop };
}

const command = commands[positionals[0] ?? ''];
if (command === undefined) {
  process.stdout.write(usage);
  process.exitCode = positionals.length === 0 ? 0 : 2;
} else {
  const { config, stop } = await reachStorage(values['data-dir']);
  const { DATABASE_URL, EVENTSTORE_URL, RELAIS_MASTER_KEY } = config;
  const database = openDatabase({ url: DATABASE_URL, max: 3 });
  await migrate(database, issuerMigrations);
  const log = await openLog({ database, eventStoreUrl: EVENTSTORE_URL });
  try {
    const stores = { log, database, masters: RELAIS_MASTER_KEY };
    process.stdout.write(await command(stores, values));
  } finally {
    await log.close();
    await database.close();
    await stop();
  }
}
