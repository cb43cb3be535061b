import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import t from 'tap';
import { issuerKeys } from './issuer-keys.ts';
import { testIssuer } from './test-tokens.ts';
import { tokenAuthentication } from './token.ts';

const { jwks, token } = await testIssuer();
let metadata: (url: string) => object = () => ({});
let asked = 0;
const server = createServer((request, response) => {
  const isKeys = request.url === '/keys';
  if (!isKeys) asked++;
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(isKeys ? jwks : metadata(url)));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
t.teardown(() => new Promise((resolve) => server.close(resolve)));

const authenticate = (issuer: string) =>
  tokenAuthentication({
    issuer,
    audience: 'urn:relais:boxes',
    keys: issuerKeys(issuer),
    rights: { standing: () => 'good' },
    now: () => new Date(),
  });
const request = { service: 'boxes', role: 'partner', association: crypto.randomUUID() } as const;
const bearer = async () => `Bearer ${await token({ ...request, claims: { iss: url } })}`;

t.test('the keys are found through the discovery document, once it is there', async (t) => {
  const admit = authenticate(url);
  await t.rejects(Promise.resolve(admit(await bearer())), { code: 'unavailable' });
  metadata = () => ({ issuer: 'https://another.example', jwks_uri: `${url}/keys` });
  await t.rejects(Promise.resolve(admit(await bearer())), { code: 'unavailable' });
  metadata = () => ({ issuer: url, jwks_uri: `${url}/keys` });
  asked = 0;
  const callers = await Promise.all(
    [bearer(), bearer(), bearer()].map(async (b) => admit(await b)),
  );
  t.match(callers[2], { association: request.association });
  t.equal(asked, 1, 'asked once for all');
});

t.test('an issuer that is away is not the caller’s fault', async (t) => {
  const admit = authenticate('http://127.0.0.1:1');
  const other = await token({ ...request, claims: { iss: 'http://127.0.0.1:1' } });
  await t.rejects(Promise.resolve(admit(`Bearer ${other}`)), { code: 'unavailable' });
});
