import { associationEvents } from '@relais/contracts/associations';
import { clientEvents } from '@relais/contracts/identity';
import { eventually } from '@relais/event-log/fixtures/eventually';
import { submit } from '@relais/event-log/submit';
import { followRights } from '@relais/http/rights';
import { decodeJwt } from 'jose';
import t from 'tap';
import { associationAggregate } from '../associations/decide.ts';
import { type ClientCommand, clientAggregate } from '../clients/decide.ts';
import {
  assertionOf,
  issuerStore,
  type ProbeClient,
  probeClient,
  probeKey,
  requestToken,
  serveIssuer,
} from './issuer-probe.ts';

const store = await issuerStore(t);
const { log } = store;
const { url } = await serveIssuer(t, store);

const context = () => ({
  actor: 'system:test',
  association: null,
  correlationId: crypto.randomUUID(),
  causationId: crypto.randomUUID(),
  commandId: crypto.randomUUID(),
  occurredAt: new Date().toISOString(),
});

const command = async ({ clientId }: ProbeClient, given: ClientCommand) => {
  const common = { log, id: clientId, context: context() };
  return await submit(given, { ...common, aggregate: clientAggregate, contract: clientEvents });
};

const tokenOf = async (client: ProbeClient) =>
  await requestToken(url, await assertionOf(client, url));

t.test('a disabled client gets no token at once, and one again once enabled', async (t) => {
  const client = await probeClient(log);
  t.equal((await tokenOf(client)).status, 200);
  await command(client, { type: 'disable', reason: 'misuse', actor: 'somebody' });
  t.match(await tokenOf(client), { status: 401, body: { error: 'invalid_client' } });
  await command(client, { type: 'enable', standing: 'member' });
  t.equal((await tokenOf(client)).status, 200);
});

t.test(
  'a token after a change carries the new rights and is not older than the change',
  async (t) => {
    const client = await probeClient(log);
    const rights = { role: 'auditor', remit: [] } as const;
    await command(client, { type: 'changeRights', rights, standing: 'member', actor: 'somebody' });
    const claims = decodeJwt(String((await tokenOf(client)).body.access_token));
    t.equal(claims.role, 'auditor');
    const last = (await lastEvent(client)).recordedAt;
    t.ok(Number(claims.iat) * 1000 >= Date.parse(last), 'services would refuse an older one');
    t.ok(Number(claims.exp) - Number(claims.iat) <= 300);
  },
);

t.test('of changes within one second each refuses the tokens from before it', async (t) => {
  const stop = new AbortController();
  const rights = followRights(log, stop.signal);
  t.teardown(async () => {
    stop.abort();
    await rights.done;
  });
  const client = await probeClient(log);
  const issuedAt: number[] = [];
  for (const role of ['auditor', 'partner', 'auditor'] as const) {
    issuedAt.push(Number(decodeJwt(String((await tokenOf(client)).body.access_token)).iat));
    const given = { role, remit: [] };
    await command(client, {
      ...{ type: 'changeRights', rights: given, standing: 'member', actor: 'somebody' },
    });
  }
  const last = Number(decodeJwt(String((await tokenOf(client)).body.access_token)).iat);
  await eventually(async () =>
    issuedAt.every((second) => rights.standing(client.clientId, second) === 'withdrawn'),
  );
  t.equal(rights.standing(client.clientId, last), 'good');
});

t.test('a replaced key signs no more', async (t) => {
  const client = await probeClient(log);
  const next = { ...client, ...(await probeKey()) };
  await command(client, { type: 'replaceKeys', keys: [next.publicKey] });
  t.equal((await tokenOf(client)).status, 401);
  t.equal((await tokenOf(next)).status, 200);
});

t.test('clients of an association that left get no token', async (t) => {
  const client = await probeClient(log);
  await submit(
    { type: 'leave' },
    {
      log,
      id: client.association,
      context: context(),
      aggregate: associationAggregate,
      contract: associationEvents,
    },
  );
  t.equal((await tokenOf(client)).status, 401);
});

async function lastEvent({ clientId }: ProbeClient) {
  for await (const record of log.read(`client-${clientId}`, { backwards: true, max: 1 })) {
    return record;
  }
  throw new Error('the client has no event');
}
