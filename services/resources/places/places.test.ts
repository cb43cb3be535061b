import { randomUUID } from 'node:crypto';
import { OfferId } from '@relais/contracts/ids';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { type Answer, type CallOptions, send, serviceProbe } from '../service-probe.ts';

const { one, two, association, tokenOf, ask } = await serviceProbe(t);
const owner = await tokenOf('partner', association);
const other = randomUUID();
const stranger = await tokenOf('partner', other);

const call = (
  method: 'GET' | 'POST',
  path: string,
  options: Partial<CallOptions> = {},
): Promise<Answer> => send(method, path, { token: owner, at: one.url, ...options });

/** A counted offer whose pool is open. */
async function publish(places: number, more: object = {}): Promise<{ id: string; path: string }> {
  const body = {
    ...{ kind: 'place', title: 'Relais insertion', places },
    themes: ['logement-hebergement--rechercher-une-solution-dhebergement-temporaire'],
    ...more,
  };
  const made = await call('POST', '/v1/offers', { body });
  const path = `/v1/offers/${made.body.id}`;
  await eventually(async () => (await call('GET', `${path}/places`)).status === 200);
  return { id: String(made.body.id), path };
}
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
const seen = (path: string, { body }: Answer, token = owner) =>
  call('GET', `${path}/places?waitFor=${body.position}`, { token });

t.test('a member keeps a place for a while, and the association confirms it', async (t) => {
  const { path } = await publish(1);
  const person = randomUUID();
  const keep = (body: object, token = stranger) =>
    call('POST', `${path}/reservations`, { body, token, at: two.url });
  const kept = await keep({ holdUntil: inMs(3_600_000), person });
  t.match(kept, {
    status: 201,
    body: { state: 'reserved', allowedActions: ['give-back'] },
  });
  t.match(await keep({ holdUntil: inMs(3_600_000) }), { status: 409, body: { code: 'no-place' } });
  t.match(await keep({ holdUntil: inMs(30 * 86_400_000) }), {
    status: 422,
    body: { code: 'hold-too-long' },
  });
  t.match(await keep({ holdUntil: 'demain' }), {
    status: 400,
    body: { errors: [{ pointer: '/holdUntil' }] },
  });

  const reservation = `${path}/reservations/${kept.body.id}`;
  const etag = kept.etag;
  const confirm = (token: string) =>
    call('POST', `${reservation}/confirm`, { body: {}, etag, token });
  t.match(await confirm(stranger), { status: 403, body: { code: 'not-your-offer' } });
  const confirmed = await confirm(owner);
  t.match(confirmed, { status: 200, body: { state: 'reserved', deadlines: {} } });
  const places = await seen(path, confirmed);
  t.match(places.body, {
    available: 0,
    reservations: [{ person, association: other, heldUntil: null, stage: 'reserved' }],
  });
  t.match((await seen(path, confirmed, stranger)).body, {
    available: 0,
    reservations: [{ reservation: kept.body.id, person, association: other, heldUntil: null }],
    units: null,
    unavailabilities: null,
  });
  const back = { body: {}, etag: places.etag };
  const third = await tokenOf('partner', randomUUID());
  t.equal((await seen(path, confirmed, third)).body.reservations, null);
  t.match(
    await call('POST', `${reservation}/give-back`, { body: {}, etag: kept.etag, token: third }),
    { status: 412, body: { state: 'ended' } },
    'as one that is not there',
  );
  t.match(await call('POST', `${reservation}/give-back`, { ...back, token: third }), {
    status: 404,
  });
  t.match(await call('POST', `${reservation}/give-back`, { ...back, token: stranger }), {
    status: 200,
    body: { state: 'ended' },
  });
});

t.test('a place that nobody confirms is free again by itself', async (t) => {
  const { path } = await publish(1);
  const kept = await call('POST', `${path}/reservations`, { body: { holdUntil: inMs(1_000) } });
  t.equal(kept.status, 201);
  t.same(kept.body.allowedActions, ['confirm', 'give-back'], 'no place has a name');
  t.match((await seen(path, kept)).body, { available: 0 });
  await eventually(async () => (await call('GET', `${path}/places`)).body.available === 1);
  const again = await call('POST', `${path}/reservations`, { body: { holdUntil: inMs(60_000) } });
  t.equal(again.status, 201);
});

t.test('places have names, and some cannot be given for a while', async (t) => {
  const { id, path } = await publish(1);
  const unit = { label: 'Chambre 12, lit B', accessible: true, publics: ['femmes'] };
  const named = await call('POST', `${path}/units`, { body: unit });
  t.equal(named.status, 201);
  t.match(await call('POST', `${path}/units`, { body: unit }), {
    status: 409,
    body: { code: 'unit-exists' },
  });
  await ask(OfferId.parse(id));
  await eventually(async () => (await call('GET', `${path}/places`)).body.reserved === 1);
  const works = { unit: named.body.id, reason: 'works', until: inMs(3_600_000) };
  const planned = await call('POST', `${path}/unavailabilities`, { body: works });
  t.equal(planned.status, 201);
  const places = await seen(path, planned);
  t.match(places.body, {
    unavailable: 0,
    units: [{ ...unit, state: 'reserved' }],
    unavailabilities: [{ reason: 'works', began: false }],
    reservations: [{ unit: named.body.id }],
  });
  const remove = `${path}/units/${named.body.id}/remove`;
  t.match(await call('POST', remove, { body: {}, etag: places.etag }), {
    status: 409,
    body: { code: 'unit-taken' },
  });
  const reservations = places.body.reservations as { reservation: string }[];
  const back = await call(
    'POST',
    `${path}/reservations/${reservations[0]?.reservation}/give-back`,
    { body: {}, etag: places.etag },
  );
  t.match((await seen(path, back)).body, {
    reserved: 0,
    unavailable: 1,
    available: 0,
    units: [{ state: 'unavailable' }],
  });
  const end = `${path}/unavailabilities/${planned.body.id}/end`;
  const ended = await call('POST', end, { body: {}, etag: back.etag });
  t.match((await seen(path, ended)).body, { available: 1, units: [{ state: 'vacant' }] });
});

t.test('of a withdrawn offer no place can be had, nor waited for', async (t) => {
  const { path } = await publish(2, { hasWaitingList: true });
  const { etag } = await call('GET', path);
  t.equal((await call('POST', `${path}/withdraw`, { body: {}, etag })).status, 200);
  await eventually(async () => (await call('GET', `${path}/places`)).body.state === 'closed');
  t.match((await call('GET', `${path}/places`)).body, { capacity: 2, available: 0 });
  t.match((await call('GET', path)).body, {
    ...{ places: { capacity: 2, available: 0 }, capacityStatus: 'no-capacity' },
  });
});

t.test('occupancy is told by day and by month, and only for periods that make sense', async (t) => {
  const { path } = await publish(4);
  const kept = await call('POST', `${path}/reservations`, { body: { holdUntil: inMs(60_000) } });
  const occupancy = (query: string, token = stranger) =>
    call('GET', `${path}/occupancy?${query}&waitFor=${kept.body.position}`, { token });
  for (const step of ['day', 'month']) {
    t.match((await occupancy(`step=${step}`)).body, {
      periods: [{ capacity: 4, unavailable: 0, reserved: 1, occupied: 0, rate: 0 }],
    });
  }
  t.match((await occupancy('from=2020-01-01&to=2020-01-05')).body, { periods: [] });
  t.match(await occupancy('from=2026-11-05&to=2026-11-01'), { status: 400 });
  t.match(await occupancy('from=2020-01-01&to=2026-11-01'), { status: 400 });
});
