import { ClientId } from '@relais/contracts/identity';
import { AssociationId } from '@relais/contracts/ids';
import { followRights } from '@relais/http/rights';
import { remoteKeys, tokenAuthentication } from '@relais/http/token';
import { decodeJwt, decodeProtectedHeader, UnsecuredJWT } from 'jose';
import t from 'tap';
import {
  assertionOf,
  issuerStore,
  probeClient,
  probeKey,
  requestToken,
  serveIssuer,
} from './issuer-probe.ts';
import { jwksPath, tokenPath } from './provider.ts';

const store = await issuerStore(t);
const { log } = store;
const { url } = await serveIssuer(t, store);
const second = await serveIssuer(t, store, { issuer: url });

t.test('a coordinator gets a token that the services accept, with its rights', async (t) => {
  const remit = [AssociationId.parse(crypto.randomUUID())];
  for (const algorithm of ['ES256', 'EdDSA'] as const) {
    const client = await probeClient(log, { role: 'coordinator', remit }, algorithm);
    const { status, body } = await requestToken(url, await assertionOf(client, url));
    t.equal(status, 200);
    t.match(body, { token_type: 'Bearer', expires_in: 300 });
    const token = String(body.access_token);
    t.match(decodeProtectedHeader(token), { alg: 'ES256', typ: 'at+jwt', kid: String });
    const claims = decodeJwt(token);
    t.match(claims, {
      iss: url,
      sub: client.clientId,
      client_id: client.clientId,
      aud: 'urn:relais:referrals',
      jti: String,
      role: 'coordinator',
      association: client.association,
      remit,
    });
    t.ok(Number(claims.exp) - Number(claims.iat) <= 300);

    const stop = new AbortController();
    const rights = followRights(log, stop.signal);
    const authenticate = tokenAuthentication({
      issuer: url,
      audience: 'urn:relais:referrals',
      keys: remoteKeys(new URL(`${url}${jwksPath}`)),
      rights: { standing: (...args) => (rights.hasCaughtUp() ? rights.standing(...args) : 'good') },
      now: () => new Date(),
    });
    t.match(await authenticate(`Bearer ${token}`), { clientId: client.clientId, remit });
    stop.abort();
    await rights.done;
  }
});

t.test('an assertion serves once, also when two processes get it at once', async (t) => {
  const client = await probeClient(log);
  const assertion = await assertionOf(client, url);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) =>
      requestToken(index % 2 === 0 ? url : second.url, assertion),
    ),
  );
  t.equal(answers.filter(({ status }) => status === 200).length, 1);
  t.equal(answers.filter(({ status }) => status === 401).length, 9);
  t.match(await requestToken(second.url, assertion), { body: { error: 'invalid_client' } });
});

t.test('an assertion that is not exactly right is refused', async (t) => {
  const client = await probeClient(log);
  const stranger = { ...client, ...(await probeKey()) };
  const seconds = Math.floor(Date.now() / 1000);
  const good = await assertionOf(client, url);
  const wrong: { readonly [why: string]: string | Promise<string> } = {
    'for another audience': assertionOf(client, 'https://elsewhere.example'),
    'for several audiences': assertionOf(client, url, { claims: { aud: [url, 'urn:x'] } }),
    'without an audience': assertionOf(client, url, { claims: { aud: undefined } }),
    expired: assertionOf(client, url, { claims: { exp: seconds - 60 } }),
    'not valid yet': assertionOf(client, url, { claims: { nbf: seconds + 120 } }),
    'living for an hour': assertionOf(client, url, { claims: { exp: seconds + 3600 } }),
    'with fractions of a second': assertionOf(client, url, { claims: { exp: seconds + 0.5 } }),
    'without an expiry': assertionOf(client, url, { claims: { exp: undefined } }),
    'with a textual expiry': assertionOf(client, url, { claims: { exp: '9999999999' } }),
    'without an id': assertionOf(client, url, { claims: { jti: undefined } }),
    'with a number as id': assertionOf(client, url, { claims: { jti: 7 } }),
    'with a huge id': assertionOf(client, url, { claims: { jti: 'x'.repeat(300) } }),
    'from somebody else': assertionOf(client, url, { claims: { iss: crypto.randomUUID() } }),
    'about an object': assertionOf(client, url, { claims: { sub: {} } }),
    'about somebody else': assertionOf(client, url, { claims: { sub: crypto.randomUUID() } }),
    'with another key': assertionOf(stranger, url),
    'with another key under the known id': assertionOf(stranger, url, {
      header: { kid: client.publicKey.kid },
    }),
    'with a header it must understand': assertionOf(client, url, {
      header: { crit: ['exp'], exp: 1 },
    }).catch(() => `${good.slice(0, -4)}AAAA`),
    'with a changed signature': `${good.slice(0, -8)}AAAAAAAA`,
    'with a space in the signature': `${good.slice(0, -4)} ${good.slice(-4)}`,
    unsigned: new UnsecuredJWT({ jti: 'one' })
      .setIssuer(client.clientId)
      .setSubject(client.clientId)
      .setAudience(url)
      .setExpirationTime('60s')
      .encode(),
    'from nobody known': assertionOf({ ...client, clientId: newClientId() }, url),
    'from a name that is no id': assertionOf({ ...client, clientId: '../x' as ClientId }, url),
  };
  for (const [why, assertion] of Object.entries(wrong)) {
    const { status, body } = await requestToken(url, await assertion);
    t.equal(status, 401, why);
    t.same(
      body,
      { error: 'invalid_client', error_description: 'client authentication failed' },
      why,
    );
  }
  t.equal((await requestToken(url, good)).status, 200, 'the right one is taken');
});

t.test('bad requests get the errors of RFC 6749, never a 5xx', async (t) => {
  const client = await probeClient(log);
  const ask = async (parameters: { [name: string]: string }) =>
    await requestToken(url, await assertionOf(client, url), parameters);
  t.match(await ask({ resource: 'urn:relais:nothing' }), { body: { error: 'invalid_target' } });
  t.match(await ask({ resource: 'https://x.example/#f' }), { body: { error: 'invalid_target' } });
  t.match(await ask({ resource: '' }), { status: 400, body: { error: 'invalid_target' } });
  t.match(await ask({ grant_type: 'password' }), { body: { error: 'unsupported_grant_type' } });
  t.match(await ask({ grant_type: 'authorization_code' }), { status: 400 });
  const scoped = await ask({ scope: 'administrator' });
  t.same(
    [scoped.body.scope, decodeJwt(String(scoped.body.access_token)).scope],
    [undefined, undefined],
  );
  t.match(await ask({ client_id: newClientId() }), { body: { error: 'invalid_request' } });
  t.match(await ask({ client_assertion_type: 'x' }), { body: { error: 'invalid_request' } });
  t.match(await ask({ client_assertion: 'not.a.token' }), { body: { error: 'invalid_request' } });

  const bodies: [string, string][] = [
    ['application/json', '{"grant_type":"client_credentials"}'],
    ['application/x-www-form-urlencoded', ''],
    ['application/x-www-form-urlencoded', 'a=%zz&=&&grant_type=%00'],
    ['application/x-www-form-urlencoded', 'grant_type=client_credentials&grant_type=x'],
    ['application/x-www-form-urlencoded', `x=${'x'.repeat(100_000)}`],
    ['text/plain', 'x'],
  ];
  for (const [contentType, body] of bodies) {
    for (const accept of ['*/*', 'text/html']) {
      const headers = { 'content-type': contentType, accept };
      const answer = await fetch(`${url}${tokenPath}`, { method: 'POST', headers, body });
      t.equal(answer.status, 400, `${contentType} ${body.slice(0, 50)}`);
      t.match(await answer.json(), { error: 'invalid_request' });
    }
  }
});

t.test('discovery tells what there is, and no more', async (t) => {
  for (const name of ['openid-configuration', 'oauth-authorization-server']) {
    const answer = await fetch(`${url}/.well-known/${name}`);
    t.match(await answer.json(), {
      issuer: url,
      token_endpoint: `${url}${tokenPath}`,
      jwks_uri: `${url}${jwksPath}`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['private_key_jwt'],
    });
  }
  const keys = (await (await fetch(`${url}${jwksPath}`)).json()) as { keys: object[] };
  t.equal(keys.keys.length, 1);
  t.notOk(
    keys.keys.some((key) => 'd' in key),
    'private parts stay inside',
  );
});

const newClientId = (): ClientId => ClientId.parse(crypto.randomUUID());
