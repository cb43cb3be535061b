import { join } from 'node:path';
import { ClientId } from '@relais/contracts/identity';
import { AssociationId } from '@relais/contracts/ids';
import { derivedId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import { openLog } from '@relais/event-log/open-log';
import { registerCarrier } from '@relais/identity/bootstrap';
import { obtainClientKey } from '@relais/identity/client-key';
import { openDatabase } from '@relais/postgres/database';
import { registerDemoMembers } from '../demo-network.ts';
import type { Client } from '../platform.ts';
import type { DataFolder } from './data-folder.ts';

/**
 * Brings the log's tables up to date and registers who may call: the members of the demo network, or a first administrator alone. Their
 * keys are made at the first start. Appends nothing the second time.
 */
export async function registerMembers(
  folder: DataFolder,
  urls: { readonly database: string; readonly eventStore: string | undefined },
): Promise<Client[]> {
  const database = openDatabase({ url: urls.database, max: 4, applicationName: 'relais-start' });
  try {
    const log = await openLog({ database, eventStoreUrl: urls.eventStore });
    try {
      const credentials = join(folder.path, 'credentials');
      return folder.network === 'demo'
        ? await registerDemoMembers(log, credentials, new Date())
        : [await registerFirstAdministrator(log, credentials)];
    } finally {
      await log.close();
    }
  } finally {
    await database.close();
  }
}

async function registerFirstAdministrator(log: Log, credentials: string): Promise<Client> {
  const association = AssociationId.parse(derivedId('first-association'));
  const clientId = ClientId.parse(derivedId('first-administrator'));
  const keyFile = join(credentials, `${clientId}.json`);
  const { publicKey } = await obtainClientKey(keyFile);
  await registerCarrier(log, {
    association,
    administrator: clientId,
    label: 'Administration de la plate-forme',
    keys: [publicKey],
    now: new Date(),
    profile: {
      ...{ name: 'Association porteuse', kind: 'association', acceptsOpenReferrals: false },
      ...{ themes: [], communes: [], languages: [] },
    },
  });
  return { organisation: 'carrier', association, role: 'administrator', clientId, keyFile };
}
