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
import { until } from './service-probe.ts';

t.test('with another issuer the service manages rights and issues nothing', async (t) => {
  const store = await issuerStore(t);
  const client = await probeClient(store.log);
  const { url: issuer } = await serveIssuer(t, store);
  const service = await startIdentity(
    identityConfig({
      DATABASE_URL: store.url,
      RELAIS_MASTER_KEY: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString(
        'base64url',
      ),
      RELAIS_ISSUER: issuer,
      RELAIS_EMBEDDED_ISSUER: 'off',
      RELAIS_LOG_LEVEL: 'silent',
    }),
  );
  t.teardown(() => service.stop());
  await until(async () => (await fetch(`${service.url}/health/ready`)).status === 200);
  const resource = 'urn:relais:identity';
  const { body } = await requestToken(issuer, await assertionOf(client, issuer), { resource });
  const headers = { authorization: `Bearer ${body.access_token}` };
  t.equal((await fetch(`${service.url}/v1/associations`, { headers })).status, 200);
  t.equal((await fetch(`${service.url}${tokenPath}`, { method: 'POST' })).status, 404);
});
