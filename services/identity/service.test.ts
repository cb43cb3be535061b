import { eventually } from '@relais/event-log/fixtures/eventually';
import { decodeJwt } from 'jose';
import t from 'tap';
import { assertionOf, probeKey, profile, requestToken } from './issuer/issuer-probe.ts';
import { issuer, register, serviceProbe, tokenOf } from './service-probe.ts';

const { one, two, clients, call } = await serviceProbe(t);

t.test('an administrator registers an association and its client, which gets tokens', async (t) => {
  const made = await call('POST', '/v1/associations', { body: { ...profile, name: 'Salam' } });
  t.equal(made.status, 201);
  t.equal(made.headers.get('location'), `/v1/associations/${made.body.id}`);
  const read = await call('GET', `/v1/associations/${made.body.id}?waitFor=${made.body.position}`, {
    at: two.url,
  });
  t.match(read, { status: 200, body: { name: 'Salam', state: 'member', carrier: false } });

  const { client } = await register(call);
  const claims = decodeJwt(await tokenOf(client, two.url));
  t.match(claims, { role: 'partner', association: client.association, client_id: client.clientId });
});

t.test('an association keeps the id it brings', async (t) => {
  const id = crypto.randomUUID();
  const made = await call('POST', '/v1/associations', { body: { ...profile, id } });
  t.match(made, { status: 201, body: { id } });
  const again = await call('POST', '/v1/associations', { body: { ...profile, name: 'X', id } });
  t.match(again, { status: 409, body: { code: 'association-exists' } });
});

t.test('a private key is refused and not repeated back', async (t) => {
  const { publicKey } = await probeKey();
  const keys = [{ ...publicKey, d: 'private-part-of-the-key' }];
  const association = clients.partner.association;
  const body = { association, role: 'partner', label: 'Logiciel', keys };
  const answer = await call('POST', '/v1/clients', { body });
  t.equal(answer.status, 400);
  t.notOk(JSON.stringify(answer.body).includes('private-part'));
});

t.test('a key that is no point of its curve is refused', async (t) => {
  const { publicKey } = await probeKey();
  const keys = [publicKey, { ...publicKey, kid: 'other', x: 'A'.repeat(43) }];
  const association = clients.partner.association;
  const body = { association, role: 'partner', label: 'Logiciel', keys };
  const answer = await call('POST', '/v1/clients', { body });
  t.match(answer, {
    status: 400,
    body: { errors: [{ pointer: '/keys/1', code: 'unusable-key' }] },
  });
});

t.test('a remit names associations that are known', async (t) => {
  const { publicKey } = await probeKey();
  const { association } = clients.partner;
  const body = { association, role: 'coordinator', label: 'Coordination', keys: [publicKey] };
  const unknown = { remit: [association, crypto.randomUUID()] };
  const errors = [{ pointer: '/remit/1', code: 'association-unknown' }];
  const refused = await call('POST', '/v1/clients', { body: { ...body, ...unknown } });
  t.match(refused, { status: 400, body: { errors } });
  const made = await call('POST', '/v1/clients', { body: { ...body, remit: [association] } });
  t.equal(made.status, 201);
  const path = `/v1/clients/${made.body.id}/rights`;
  const rights = { role: 'coordinator', ...unknown };
  const changed = await call('POST', path, { body: rights, etag: '"0"' });
  t.match(changed, { status: 400, body: { errors } });
  const named = await call('POST', '/v1/associations', {
    body: { ...profile, name: '\u2067\u200f' },
  });
  t.match(named, { status: 400, body: { errors: [{ pointer: '/name', code: 'invisible-text' }] } });
});

t.test('a withdrawn client is refused by every process', async (t) => {
  const { client, etag } = await register(call);
  const token = await tokenOf(client, one.url);
  t.equal((await call('GET', '/v1/associations', { token, at: two.url })).status, 200);
  const body = { reason: 'key-compromised' };
  const path = `/v1/clients/${client.clientId}/disable`;
  t.match(await call('POST', path, { body, etag }), { status: 200, body: { state: 'disabled' } });
  t.match(await requestToken(two.url, await assertionOf(client, issuer)), { status: 401 });
  for (const at of [one.url, two.url]) {
    await eventually(
      async () => (await call('GET', '/v1/associations', { token, at })).status === 401,
    );
  }
});

t.test('clients of an association that leaves are disabled', async (t) => {
  const { association, client } = await register(call);
  const path = `/v1/associations/${association}/leave`;
  t.match(await call('POST', path, { etag: '"0"' }), { status: 200, body: { state: 'left' } });
  const read = () => call('GET', `/v1/clients/${client.clientId}`);
  await eventually(async () => (await read()).body.state === 'disabled');
  t.match((await read()).body, { disabledReason: 'association-left', revision: '1' });
});

t.test('refusals are problems with their code; unknown ids are all alike', async (t) => {
  const own = `/v1/clients/${clients.administrator.clientId}/disable`;
  const disable = { body: { reason: 'other' }, etag: '"0"' };
  t.match(await call('POST', own, disable), { status: 409, body: { code: 'own-rights' } });
  const unknown = `/v1/clients/${crypto.randomUUID()}`;
  t.match(await call('POST', `${unknown}/disable`, disable), { status: 404 });
  t.match(await call('GET', unknown), { status: 404, body: { code: 'not-found' } });
  const { client } = await register(call);
  const rights = { body: { role: 'administrator' }, etag: '"0"' };
  const answer = await call('POST', `/v1/clients/${client.clientId}/rights`, rights);
  t.match(answer, { status: 409, body: { code: 'administrator-of-carrier-only', revision: '0' } });
  const stale = { body: { role: 'auditor' }, etag: '"7"' };
  t.equal((await call('POST', `/v1/clients/${client.clientId}/rights`, stale)).status, 412);
});

t.test('communes of an association are communes', async (t) => {
  const wrong = { ...profile, communes: ['59183', '59999', '59588', '99999'] };
  const unknown = (at: number) => ({ pointer: `/communes/${at}`, code: 'commune-unknown' });
  const refused = { status: 400, body: { errors: [unknown(1), unknown(3)] } };
  t.match(await call('POST', '/v1/associations', { body: wrong }), refused);
  const made = await call('POST', '/v1/associations', {
    body: { ...profile, communes: ['59588'] },
  });
  t.equal(made.status, 201, 'one that went into another is still known');
  const path = `/v1/associations/${made.body.id}/change`;
  t.match(await call('POST', path, { body: wrong, etag: made.headers.get('etag') ?? '' }), refused);
});

t.test('lists come in pages and by filter', async (t) => {
  const seen = new Set<string>();
  let path: string | undefined = '/v1/associations?limit=2';
  while (path !== undefined) {
    const { body, headers } = await call('GET', path);
    for (const { id } of body.items as { id: string }[]) seen.add(id);
    path = /<(.*)>/.exec(headers.get('link') ?? '')?.[1];
  }
  t.ok(Object.values(clients).every(({ association }) => seen.has(association)));
  const carrier = clients.administrator.association;
  const { body } = await call('GET', `/v1/clients?association=${carrier}&role=administrator`);
  t.match(body, { items: [{ id: clients.administrator.clientId, state: 'enabled' }], next: null });
  t.equal((await call('GET', '/v1/associations?commune=59183&kind=party')).status, 200);
});
