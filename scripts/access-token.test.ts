import { join } from 'node:path';
import { ClientId } from '@relais/contracts/identity';
import { registerClient } from '@relais/identity/bootstrap';
import { obtainClientKey } from '@relais/identity/client-key';
import { issuerStore, probeClient, serveIssuer } from '@relais/identity/issuer/issuer-probe';
import { decodeJwt } from 'jose';
import t from 'tap';
import { accessToken } from './access-token.ts';

t.test('a script gets a token with the key file of a client', async (t) => {
  const store = await issuerStore(t);
  const { url: issuer } = await serveIssuer(t, store);
  const { association } = await probeClient(store.log);
  const keyFile = join(t.testdir(), 'client.json');
  const { publicKey } = await obtainClientKey(keyFile);
  const client = ClientId.parse(crypto.randomUUID());
  const rights = { role: 'auditor', remit: [] } as const;
  const registration = { client, association, label: 'Script', keys: [publicKey], ...rights };
  await registerClient(store.log, registration, new Date());

  const token = await accessToken({ issuer, clientId: client, keyFile }, 'urn:relais:referrals');
  t.match(decodeJwt(token), { aud: 'urn:relais:referrals', role: 'auditor', client_id: client });
  const nowhere = accessToken({ issuer, clientId: client, keyFile }, 'urn:relais:nothing');
  await t.rejects(nowhere, { message: 'no token: invalid_target' });
});
