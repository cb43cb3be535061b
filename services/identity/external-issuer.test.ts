import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@relais/event-log/fixtures/eventually';
import { testIssuer } from '@relais/http/test-tokens';
import t from 'tap';
import { identityConfig } from './config.ts';
import {
  assertionOf,
  issuerStore,
  probeClient,
  requestToken,
  serveIssuer,
} from './issuer/issuer-probe.ts';
import { tokenPath } from './issuer/provider.ts';
import { startIdentity } from './service.ts';

t.test('with another issuer the service manages rights and issues nothing', async (t) => {
  const store = await issuerStore(t);
  const client = await probeClient(store.log);
  const { url: issuer } = await serveIssuer(t, store);
  const service = await startWithout(store.url, issuer);
  t.teardown(() => service.stop());
  const resource = 'urn:relais:identity';
  const { body } = await requestToken(issuer, await assertionOf(client, issuer), { resource });
  const headers = { authorization: `Bearer ${body.access_token}` };
  t.equal((await fetch(`${service.url}/v1/associations`, { headers })).status, 200);
  t.equal((await fetch(`${service.url}${tokenPath}`, { method: 'POST' })).status, 404);
});

t.test('an administrator of an association that is not the carrier manages nothing', async (t) => {
  const store = await issuerStore(t);
  const administrator = await probeClient(store.log, { role: 'administrator', remit: [] });
  const partner = await probeClient(store.log);
  const { jwks, token } = await testIssuer();
  const server = createServer((request, response) => {
    const metadata = { issuer, jwks_uri: `${issuer}/keys` };
    response.end(JSON.stringify(request.url === '/keys' ? jwks : metadata));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const service = await startWithout(store.url, issuer);
  t.teardown(async () => {
    await service.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const read = async (association: string) => {
    const claims = { iss: issuer };
    const given = { service: 'identity', role: 'administrator', association, claims } as const;
    const headers = { authorization: `Bearer ${await token(given)}` };
    return (await fetch(`${service.url}/v1/clients`, { headers })).status;
  };
  t.equal(await read(administrator.association), 200);
  t.equal(await read(partner.association), 403);
});

async function startWithout(databaseUrl: string, issuer: string) {
  const masterKey = Buffer.from(crypto.getRandomValues(new Uint8Array(32)));
  const service = await startIdentity(
    identityConfig({
      DATABASE_URL: databaseUrl,
      RELAIS_MASTER_KEY: masterKey.toString('base64url'),
      RELAIS_ISSUER: issuer,
      RELAIS_EMBEDDED_ISSUER: 'off',
      RELAIS_LOG_LEVEL: 'silent',
    }),
  );
  await eventually(async () => (await fetch(`${service.url}/health/ready`)).status === 200);
  return service;
}
