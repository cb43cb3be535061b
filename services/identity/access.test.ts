import type { Role } from '@relais/contracts/identity';
import t from 'tap';
import { assertionOf, requestToken } from './issuer/issuer-probe.ts';
import { tokenPath } from './issuer/provider.ts';
import { issuer, serviceProbe, tokenOf } from './service-probe.ts';

const { one, two, clients, call } = await serviceProbe(t);

const everyone: readonly Role[] = ['partner', 'coordinator', 'auditor', 'administrator'];
const administrators: readonly Role[] = ['administrator'];
const id = crypto.randomUUID();
const routes: readonly (readonly [string, string, readonly Role[]])[] = [
  ['GET', '/v1/associations', everyone],
  ['GET', `/v1/associations/${id}`, everyone],
  ['POST', '/v1/associations', administrators],
  ['POST', `/v1/associations/${id}/change`, administrators],
  ['POST', `/v1/associations/${id}/leave`, administrators],
  ['GET', '/v1/clients', administrators],
  ['GET', `/v1/clients/${id}`, administrators],
  ['POST', '/v1/clients', administrators],
  ...['rights', 'disable', 'enable', 'keys'].map(
    (action) => ['POST', `/v1/clients/${id}/${action}`, administrators] as const,
  ),
];

t.test('each route lets in the roles it is for, and nobody without a token', async (t) => {
  for (const role of everyone) {
    const token = await tokenOf(clients[role], one.url);
    for (const [method, path, allowed] of routes) {
      const { status } = await call(method, path, { token });
      const isIn = allowed.includes(role);
      t.ok(isIn ? status < 500 && status !== 403 : status === 403, `${role} ${method} ${path}`);
    }
  }
  for (const [method, path] of routes) {
    t.equal((await call(method, path, { token: '' })).status, 401, `nobody ${method} ${path}`);
  }
  const { body } = await requestToken(one.url, await assertionOf(clients.administrator, issuer));
  const elsewhere = String(body.access_token);
  t.equal((await call('GET', '/v1/clients', { token: elsewhere })).status, 401, 'for referrals');
});

t.test('the token endpoint bounds what it takes and how often', async (t) => {
  const post = (body: string, contentType = 'application/x-www-form-urlencoded') =>
    fetch(`${two.url}${tokenPath}`, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body,
    });
  t.equal((await post('{}', 'application/json')).status, 400);
  t.equal((await post('x'.repeat(200_000))).status, 400);
  t.equal((await fetch(`${two.url}/auth?client_id=x`)).status, 404, 'nothing else is reachable');
  const answers = await Promise.all(Array.from({ length: 700 }, () => post('grant_type=x')));
  const refused = answers.find(({ status }) => status === 429);
  t.ok(refused?.headers.get('retry-after'));
  t.same(await refused?.json(), { error: 'temporarily_unavailable' });
  t.ok(answers.every(({ status }) => status === 400 || status === 429));
});
