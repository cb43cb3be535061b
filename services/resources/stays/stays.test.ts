import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { addDays, addMonths, dayOf, startOf } from './days.ts';
import {
  call,
  confirmedFor,
  coordinator,
  lives,
  offeredStay,
  owner,
  stranger,
  teller,
  tokenOf,
} from './stays-probe.ts';

const today = dayOf(new Date().toISOString());
/** So long ago that a renewal is due. */
const before = addDays(today, -45);
const endOf = (months: number, from = today) => startOf(addDays(addMonths(from, months), 1));

t.test('a stay is followed from the offer of the place to the departure', async (t) => {
  const { path, person, stay, listed } = await offeredStay();
  t.match(stay, { state: 'offered', person, policy: 'relais-insertion', arrivedOn: null });
  const { at, tell } = await teller(stay.id);
  t.match(await tell('arrive'), {
    status: 409,
    body: { code: 'wrong-state', allowedActions: ['accept', 'refuse'] },
  });
  t.match(await tell('accept', {}, stranger), { status: 404 });
  t.equal((await tell('accept')).status, 200);
  const long = new Date(Date.now() + 3 * 86_400_000).toISOString();
  t.match(await tell('arrive', { occurredAt: long }), { status: 422 });
  const arrived = await tell('arrive');
  const renewableFrom = startOf(addDays(addMonths(today, 3), -60));
  t.match(arrived.body, { state: 'arrived', deadlines: { endsAt: endOf(3), renewableFrom } });
  t.match(
    (await call('GET', `${at}?waitFor=${arrived.body.position}`, { token: coordinator })).body,
    { allowedActions: ['correct-arrival', 'leave', 'end'] },
    'renewals of the policy come first',
  );
  await lives(path, 'occupied', today, null);
  t.match((await call('GET', `${path}/occupancy`)).body, { periods: [{ occupied: 1, rate: 1 }] });
  for (const leavesOn of ['2096-01-01', '2097-01-01']) {
    t.equal((await tell('leave', { leavesOn })).status, 200);
    await lives(path, 'leaving', today, leavesOn);
  }
  const after = await tell('remain');
  t.match((await call('GET', `${at}?waitFor=${after.body.position}`)).body, {
    ...{ state: 'arrived', leavesOn: null, endsOn: addMonths(today, 3) },
  });
  await lives(path, 'occupied', today, null);
  t.equal((await tell('leave', { leavesOn: today })).status, 200);
  const ended = await tell('end', { outcome: 'own_housing' });
  t.match(ended.body, { state: 'ended', allowedActions: [] });
  t.match((await call('GET', `${at}?waitFor=${ended.body.position}`)).body, {
    state: 'ended',
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

t.test('a stay is renewed when that is due, by the day of arrival that is true', async (t) => {
  const { path, stay } = await offeredStay();
  const { at, tell, becomes } = await teller(stay.id);
  await tell('accept');
  await tell('arrive');
  await lives(path, 'occupied', today, null);
  t.match(await tell('renew', { decidedBy: 'ofii' }), {
    status: 422,
    body: { code: 'not-theirs-to-decide' },
  });
  const renewal = { decidedBy: 'association' };
  const renewableFrom = startOf(addDays(addMonths(today, 3), -60));
  const early = { status: 409, body: { code: 'renewal-not-due', deadlines: { renewableFrom } } };
  t.match(await tell('renew', renewal), early);
  const correction = { arrivedOn: before, reason: 'typing_error' };
  t.match(await tell('correct-arrival', { arrivedOn: before }), { status: 400 }, 'with a reason');
  t.match((await tell('correct-arrival', correction)).body, {
    deadlines: { endsAt: endOf(3, before) },
  });
  await lives(path, 'occupied', before, null);
  await becomes('renewal_due');
  const renewed = await tell('renew', renewal);
  t.match(renewed.body, { deadlines: { endsAt: endOf(6, before) } });
  t.match(await tell('renew', renewal), { status: 409, body: { code: 'renewal-not-due' } });
  t.match((await call('GET', `${at}?waitFor=${renewed.body.position}`)).body, {
    ...{ state: 'renewed', arrivedOn: before, endsOn: addMonths(before, 6), renewals: 1 },
    ...{ lateRenewals: 0, renewableFrom: addDays(addMonths(before, 6), -60) },
    allowedActions: ['correct-arrival', 'leave', 'end'],
  });
  t.match(await tell('extend', { months: 1, reason: 'health' }), { status: 403 });
  t.match(await tell('extend', { months: 1, reason: 'health' }, coordinator), {
    status: 409,
    body: { code: 'within-maximum' },
  });
});

t.test('nobody arrives in a named place before who lived there had left it', async (t) => {
  const { path, stay, listed } = await offeredStay();
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const first = await teller(stay.id);
  await first.tell('accept');
  await first.tell('arrive', { occurredAt: daysAgo(20) });
  await lives(path, 'occupied', dayOf(daysAgo(20)), null);
  await first.tell('end', { outcome: 'own_housing', occurredAt: daysAgo(10) });
  await eventually(async () => (await call('GET', `${path}/places`)).body.available === 1);
  // Somebody for whom it was kept meanwhile never lived there.
  const holdUntil = new Date(Date.now() + 3_600_000).toISOString();
  const kept = await call('POST', `${path}/reservations`, { body: { holdUntil } });
  const back = `${path}/reservations/${kept.body.id}/give-back`;
  t.equal((await call('POST', back, { body: {}, etag: kept.etag })).status, 200);
  await confirmedFor(randomUUID(), path);
  const next = await eventually(async () => (await listed()).find(({ id }) => id !== stay.id));
  const { tell } = await teller(next.id);
  await tell('accept');
  const taken = { status: 422, body: { code: 'somebody-else-there' } };
  t.match(await tell('arrive', { occurredAt: daysAgo(11) }), taken);
  t.equal((await tell('arrive', { occurredAt: daysAgo(5) })).status, 200);
  const correction = (days: number) => ({
    ...{ arrivedOn: dayOf(daysAgo(days)), reason: 'came_another_day' },
  });
  t.match(await tell('correct-arrival', correction(11)), taken);
  t.equal((await tell('correct-arrival', correction(10))).status, 200);
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
