import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { type Answer, type CallOptions, send, serviceProbe } from '../service-probe.ts';
import { addDays, addMonths, dayOf, startOf } from './days.ts';

const { one, two, association, tokenOf } = await serviceProbe(t);
const owner = await tokenOf('partner', association);
const stranger = await tokenOf('partner', randomUUID());
const coordinator = await tokenOf('coordinator', randomUUID(), [association]);

const call = (
  method: 'GET' | 'POST',
  path: string,
  options: Partial<CallOptions> = {},
): Promise<Answer> => send(method, path, { token: owner, at: one.url, ...options });
const today = dayOf(new Date().toISOString());
const endOf = (months: number) => startOf(addDays(addMonths(today, months), 1));

/** A place of a relais that is confirmed for somebody, and the stay that is offered for it. */
async function offeredStay(holder = owner) {
  const body = {
    ...{ kind: 'place', title: 'Relais insertion', places: 1 },
    themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
  };
  const made = await call('POST', '/v1/offers', { body });
  const path = `/v1/offers/${made.body.id}`;
  await eventually(async () => (await call('GET', `${path}/places`)).status === 200);
  const policy = { policy: 'relais-insertion' };
  const set = await call('POST', `${path}/stay-policy`, { body: policy, etag: '"0"' });
  t.equal(set.status, 200);
  const person = randomUUID();
  await confirmedFor(person, path, holder);
  const listed = async () =>
    (await call('GET', `/v1/stays?offer=${made.body.id}`)).body.items as [Answer['body']];
  await eventually(async () => (await listed()).length === 1);
  const [stay] = await listed();
  return { path, person, stay, listed };
}

async function confirmedFor(person: string, path: string, token = owner): Promise<void> {
  const holdUntil = new Date(Date.now() + 3_600_000).toISOString();
  const kept = await call('POST', `${path}/reservations`, { body: { holdUntil, person }, token });
  const confirm = `${path}/reservations/${kept.body.id}/confirm`;
  t.equal((await call('POST', confirm, { body: {}, etag: kept.etag })).status, 200);
}

t.test('a stay is followed from the offer of the place to the departure', async (t) => {
  const { path, person, stay, listed } = await offeredStay();
  t.match(stay, { state: 'offered', person, policy: 'relais-insertion', arrivedOn: null });
  const at = `/v1/stays/${stay.id}`;
  let { etag } = await call('GET', at);
  const tell = async (action: string, body: object = {}, token = owner): Promise<Answer> => {
    const answer = await call('POST', `${at}/${action}`, { body, etag, token, at: two.url });
    if (answer.status === 200) ({ etag } = answer);
    return answer;
  };
  t.match(await tell('arrive'), {
    status: 409,
    body: { code: 'wrong-state', allowedActions: ['accept', 'refuse'] },
  });
  t.match(await tell('accept', {}, stranger), { status: 404 });
  t.equal((await tell('accept')).status, 200);
  const long = new Date(Date.now() + 3 * 86_400_000).toISOString();
  t.match(await tell('arrive', { occurredAt: long }), { status: 422 });
  const arrived = await tell('arrive');
  t.match(arrived.body, { state: 'arrived', deadlines: { endsAt: endOf(3) } });
  t.match(
    (await call('GET', `${at}?waitFor=${arrived.body.position}`, { token: coordinator })).body,
    { allowedActions: ['renew', 'leave', 'end'] },
    'renewals of the policy come first',
  );
  await eventually(async () => {
    const { body } = await call('GET', `${path}/places`);
    return (body.reservations as { stage: string }[])[0]?.stage === 'occupied';
  });
  t.match((await call('GET', `${path}/occupancy`)).body, { periods: [{ occupied: 1, rate: 1 }] });
  t.match(await tell('renew', { decidedBy: 'ofii' }), {
    status: 422,
    body: { code: 'not-theirs-to-decide' },
  });
  t.match((await tell('renew', { decidedBy: 'association' })).body, {
    deadlines: { endsAt: endOf(6) },
  });
  t.match(await tell('extend', { months: 1, reason: 'health' }), { status: 403 });
  t.match(await tell('extend', { months: 1, reason: 'health' }, coordinator), {
    status: 409,
    body: { code: 'within-maximum' },
  });
  const lives = (stage: string, leavesOn: string | null) =>
    eventually(async () => {
      const { body } = await call('GET', `${path}/places`);
      const [there] = body.reservations as [Answer['body']];
      const isSo = there.stage === stage && there.leavesOn === leavesOn;
      return isSo && there.occupiedOn === today;
    });
  for (const leavesOn of ['2096-01-01', '2097-01-01']) {
    t.equal((await tell('leave', { leavesOn })).status, 200);
    await lives('leaving', leavesOn);
  }
  const after = await tell('renew', { decidedBy: 'association' });
  t.match((await call('GET', `${at}?waitFor=${after.body.position}`)).body, {
    ...{ state: 'renewed', leavesOn: null, endsOn: addMonths(today, 9) },
  });
  await lives('occupied', null);
  t.equal((await tell('leave', { leavesOn: today })).status, 200);
  const ended = await tell('end', { outcome: 'own_housing' });
  t.match(ended.body, { state: 'ended', allowedActions: [] });
  t.match((await call('GET', `${at}?waitFor=${ended.body.position}`)).body, {
    state: 'ended',
    renewals: 2,
    lateRenewals: 0,
    outcome: 'own_housing',
    overstayDays: 0,
  });
  await eventually(async () => (await call('GET', `${path}/places`)).body.available === 1);
  t.match((await call('GET', `${path}/stay-figures`)).body, {
    living: 0,
    arrived: 1,
    ended: 1,
    meanDays: 0,
    outcomes: [{ outcome: 'own_housing', count: 1 }],
  });
  t.match(await call('GET', `${path}/stay-figures?from=2026-10-01&to=2026-01-01`), {
    status: 400,
    body: { errors: [{ pointer: 'from', code: 'too_big' }] },
  });
  const next = randomUUID();
  await confirmedFor(next, path);
  await eventually(async () => (await listed()).some((other) => other.person === next));
});

t.test(
  'late reminders and an overstay come by themselves, once, for who came long ago',
  async (t) => {
    const { stay } = await offeredStay();
    const at = `/v1/stays/${stay.id}`;
    const { etag } = await call('GET', at);
    const accepted = await call('POST', `${at}/accept`, { body: {}, etag });
    const long = new Date(Date.now() - 120 * 86_400_000).toISOString();
    const body = { occurredAt: long };
    t.equal((await call('POST', `${at}/arrive`, { body, etag: accepted.etag })).status, 200);
    await eventually(async () => (await call('GET', at)).body.overstaying === true);
    await eventually(async () => (await call('GET', at)).body.state === 'renewal_due');
    const late = await call('GET', at);
    t.match(late.body, { arrivedOn: dayOf(long), endsOn: addMonths(dayOf(long), 3) });
    t.equal(late.body.revision, '4', 'offered, accepted, arrived, and one of each');
    t.match(await call('GET', '/v1/stays?overstaying=true'), {
      body: { items: [{ id: stay.id }] },
    });
    const renew = { body: { decidedBy: 'association' }, etag: late.etag };
    const renewed = await call('POST', `${at}/renew`, renew);
    t.match((await call('GET', `${at}?waitFor=${renewed.body.position}`)).body, {
      lateRenewals: 1,
      overstaying: false,
    });
  },
);

t.test('who keeps the place for somebody reads the stay, and does nothing to it', async (t) => {
  const holder = await tokenOf('partner', randomUUID());
  const { stay, person } = await offeredStay(holder);
  const at = `/v1/stays/${stay.id}`;
  const read = await call('GET', at, { token: holder });
  t.match(read, { status: 200, body: { person, state: 'offered', allowedActions: [] } });
  t.match(await call('GET', '/v1/stays', { token: holder }), {
    body: { items: [{ id: stay.id }] },
  });
  const body = { reason: 'too_far' };
  t.equal(
    (await call('POST', `${at}/refuse`, { body, etag: read.etag, token: holder })).status,
    404,
  );
  const refused = await call('POST', `${at}/refuse`, { body, etag: read.etag });
  const after = (token: string) => call('GET', `${at}?waitFor=${refused.body.position}`, { token });
  t.match((await after(owner)).body, { state: 'refused', outcome: 'too_far' });
  t.match((await after(holder)).body, { state: 'refused', outcome: null });
  t.equal((await after(stranger)).status, 404);
});

t.test('nobody else knows of a stay', async (t) => {
  const { stay, path } = await offeredStay();
  const refused = await call('GET', `/v1/stays/${stay.id}`, { token: stranger });
  const unknown = await call('GET', `/v1/stays/${randomUUID()}`, { token: stranger });
  t.same(refused.body, unknown.body);
  t.equal(refused.status, 404);
  t.match(await call('GET', '/v1/stays', { token: stranger }), { body: { items: [] } });
  t.match(await call('GET', `${path}/stay-figures`, { token: stranger }), { status: 403 });
});
