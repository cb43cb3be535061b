import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AssociationProfile } from '@relais/contracts/associations';
import { ClientId, Role } from '@relais/contracts/identity';
import { AssociationId } from '@relais/contracts/ids';
import { derivedId } from '@relais/event-log/event-id';
import type { Log } from '@relais/event-log/log';
import {
  LocallyRefused,
  registerAssociation,
  registerCarrier,
  registerClient,
} from '@relais/identity/bootstrap';
import { obtainClientKey } from '@relais/identity/client-key';
import { z } from 'zod';
import type { Client } from './platform.ts';

const folder = join(import.meta.dirname, '../infra/demo-network');
const carrier = 'carrefour-des-solidarites';

const DemoAssociation = AssociationProfile.extend({ slug: z.string() });
const DemoClient = z.object({
  association: z.string(),
  role: Role,
  name: z.string(),
  remit: z.array(z.string()).default([]),
});

/** Id of a demo association: the same on every machine. */
export const demoAssociationId = (slug: string): AssociationId =>
  AssociationId.parse(derivedId('demo-association', slug));

/**
 * Registers the members of the demo network and their clients, keys generated into `credentialsDir` (0600) at the
 * first call. Writes to the log directly, as only the machine's owner can. Safe to repeat.
 */
export async function registerDemoMembers(
  log: Log,
  credentialsDir: string,
  now: Date,
): Promise<Client[]> {
  const associations = await read('associations.json', DemoAssociation);
  const described = await read('clients.json', DemoClient);
  const clients = described.map((client) => {
    const clientId = ClientId.parse(derivedId('demo-client', client.association, client.role));
    return { ...client, clientId, keyFile: join(credentialsDir, `${clientId}.json`) };
  });
  const register = async ({ slug, ...profile }: z.infer<typeof DemoAssociation>) => {
    const association = demoAssociationId(slug);
    if (slug !== carrier) return await registerAssociation(log, { association, profile, now });
    const first = clients.find((client) => client.role === 'administrator');
    if (first === undefined) throw new Error('the demo network has no administrator');
    const { publicKey } = await obtainClientKey(first.keyFile);
    const administrator = { administrator: first.clientId, label: first.name, keys: [publicKey] };
    await registerCarrier(log, { association, profile, ...administrator, now });
  };
  const registerPartner = async (partner: (typeof clients)[number]) => {
    const { clientId: client, association, role, name: label, remit, keyFile } = partner;
    const { publicKey } = await obtainClientKey(keyFile);
    const rights = { role, remit: remit.map(demoAssociationId) };
    const registration = { client, association: demoAssociationId(association), label, ...rights };
    await registerClient(log, { ...registration, keys: [publicKey] }, now);
  };
  // Associations do not depend on each other, nor do clients.
  await Promise.all(associations.map(register)).catch(explainOtherKeys);
  const partners = clients.filter(({ role }) => role !== 'administrator');
  await Promise.all(partners.map(registerPartner)).catch(explainOtherKeys);
  return clients.map(({ association, role, clientId, keyFile }) => ({
    organisation: association,
    association: demoAssociationId(association),
    role,
    clientId,
    keyFile,
  }));
}

/** The keys lie in a data folder, the registrations in the log: one was replaced without the other. */
function explainOtherKeys(error: unknown): never {
  if (!(error instanceof LocallyRefused) || error.message !== 'client-exists') throw error;
  throw new Error(
    'the log knows the demo network with other keys: start with the data folder it was made with (--data-dir), or with an empty database',
    { cause: error },
  );
}

async function read<Schema extends z.ZodType>(
  file: string,
  schema: Schema,
): Promise<z.output<Schema>[]> {
  return z.array(schema).parse(JSON.parse(await readFile(join(folder, file), 'utf8')));
}
