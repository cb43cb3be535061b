import { sessionStartOf } from '@relais/contracts/session-codes';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import type { Answered } from '../access-probe.ts';
import { addDays } from '../stays/days.ts';
import { schedule, sessionOf, sessionsProbe, start, tuesdays } from './sessions-probe.ts';

const { ask, association, tokens, another, offered, planned, register, seen } =
  await sessionsProbe();
const [first, second, third] = tuesdays;
const wednesday = addDays(first, 1);
const from = `${addDays(first, -10)}T00:00:00Z`;

t.test('sessions keep their hour on the wall when clocks are changed', async (t) => {
  const series = await planned();
  const registered = await register(sessionOf(series));
  const { body } = await seen(`/sessions?series=${series}&from=${from}`, registered);
  t.match(
    body.items.map((one: { startsAt: string }) => one.startsAt),
    [`${first}T17:00:00.000Z`, `${second}T17:00:00.000Z`, `${third}T16:00:00.000Z`],
  );
  t.match(body.items[0], { localStart: start, timeZone: 'Europe/Paris', confirmed: 1 });
});

t.test('a senseless rule is refused, and says why', async (t) => {
  const offer = await offered();
  const refusals: [string, object][] = [
    ['rule-not-understood', { start, rule: 'FREQ=WEEKLY;BYDAY=TU;BYDAY=WE' }],
    ['start-not-in-rule', { start, rule: 'FREQ=WEEKLY;BYDAY=FR' }],
    ['invalid-request', { start, rule: 'FREQ=SECONDLY' }],
  ];
  for (const [code, schedule] of refusals) {
    const { status, body } = await ask('/series', { offer, schedule, durationMinutes: 60 });
    t.match({ status, code: body.code }, { code }, JSON.stringify(body));
    t.ok(status === 422 || status === 400);
  }
  const service = await offered({ kind: 'service' });
  const wrong = await ask('/series', { offer: service, schedule, durationMinutes: 60 });
  t.match(wrong, { status: 409, body: { code: 'no-sessions-of-this-offer' } });
  const stranger = await ask(
    '/series',
    { offer, schedule, durationMinutes: 60 },
    undefined,
    tokens.stranger,
  );
  t.match(stranger, { status: 403, body: { code: 'not-your-offer' } });
});

t.test('of those who want the last seat at once exactly one has it', async (t) => {
  const session = sessionOf(await planned({ seats: 3 }));
  await Promise.all([register(session), register(session, another)]);
  const wanting = Array.from({ length: 4 }, () => register(session, another));
  const states = (await Promise.all(wanting)).map(({ status, body }) => {
    t.ok(status === 201 || status === 503, JSON.stringify(body));
    return body.state;
  });
  t.equal(states.filter((state) => state === 'confirmed').length, 1);
  const full = sessionOf(await planned({ seats: 1, hasWaitingList: false }));
  await register(full);
  const refused = await register(full);
  t.match(refused, { status: 409, body: { code: 'session-full', allowedActions: [] } });
});

t.test('a seat that frees goes to the first who waits', async (t) => {
  const session = sessionOf(await planned({ seats: 1 }));
  const [first, second] = [await register(session), await register(session, another)];
  const third = await register(session);
  t.match(
    [first, second, third].map(({ body }) => body.state),
    ['confirmed', 'waiting', 'waiting'],
  );
  const mine = await seen(`/registrations/${third.body.id}`, third, tokens.stranger);
  t.match(mine.body, { state: 'waiting', waitingAt: 2, allowedActions: ['cancel'] });
  const cancel = `${session}/registrations/${first.body.id}/cancel`;
  const hidden = await ask(cancel, { reason: 'ill' }, mine.etag, another);
  t.equal(hidden.status, 404, 'of another association');
  const gone = await ask(cancel, { reason: 'ill' }, mine.etag, tokens.stranger);
  t.match(gone, { status: 200, body: { state: 'cancelled' } }, JSON.stringify(gone.body));
  const promoted = await seen(`/registrations/${second.body.id}`, gone, another);
  t.match(promoted.body, { state: 'confirmed', waitingAt: null });
  t.match((await seen(session, gone)).body, { confirmed: 1, waiting: 1, seatsLeft: 0 });
  const { etag } = await seen(session, gone);
  const more = await ask(`${session}/change`, { seats: { limit: 5 }, reason: 'more_room' }, etag);
  t.match((await seen(session, more)).body, { confirmed: 2, waiting: 0, seatsLeft: 3 });
});

t.test('a moved session keeps who is registered, a cancelled one tells them', async (t) => {
  const session = sessionOf(await planned({ seats: 5 }));
  const made = await register(session);
  const change = { movedTo: `${wednesday}T09:30`, place: 'Salle 2', reason: 'place_unavailable' };
  const stale = await ask(`${session}/change`, change, '"0"');
  t.match(stale, { status: 412 });
  const moved = await ask(`${session}/change`, change, '"1"');
  t.equal(moved.status, 200, JSON.stringify(moved.body));
  t.match((await seen(`/registrations/${made.body.id}`, moved, tokens.stranger)).body, {
    ...{ state: 'confirmed', startsAt: `${wednesday}T08:30:00.000Z`, start: sessionStartOf(start) },
  });
  t.match((await seen(session, moved)).body, {
    ...{ localStart: `${wednesday}T09:30`, place: 'Salle 2', reason: 'place_unavailable' },
  });
  const cancelled = await ask(`${session}/cancel`, { reason: 'weather' }, moved.etag);
  t.match((await seen(`/registrations/${made.body.id}`, cancelled, tokens.stranger)).body, {
    ...{ state: 'cancelled', cancelledBy: 'organiser', reason: 'weather', allowedActions: [] },
  });
  t.match(await register(session), { status: 409, body: { code: 'session-cancelled' } });
});

t.test('a series ends but for those who are registered', async (t) => {
  const series = await planned();
  const [kept, last] = [`${third}T18:00`, `${tuesdays[3]}T18:00`];
  await register(sessionOf(series, kept));
  const ended = await ask(`/series/${series}/end`, { from: `${addDays(second, 2)}T00:00` }, '"0"');
  t.match(ended, { status: 200, body: { state: 'ended' } });
  t.match((await seen(sessionOf(series, kept), ended)).body, {
    ...{ onSchedule: false, confirmed: 1, allowedActions: ['cancel'] },
  });
  t.equal((await seen(sessionOf(series, last), ended)).status, 404);
  t.match(await register(sessionOf(series, kept)), { body: { code: 'not-on-schedule' } });
});

t.test('attendance is recorded once it has begun, and corrected', async (t) => {
  // Not a day ago yet, when its organiser is reminded, and what is known of the session is older by that.
  const begun = Temporal.Now.zonedDateTimeISO('Europe/Paris').subtract({ hours: 20 });
  const local = begun.toPlainDateTime().toString({ smallestUnit: 'minute' });
  const day = begun.withTimeZone('UTC').toPlainDate();
  const session = sessionOf(await planned({ schedule: { start: local } }), local);
  t.match(await register(session), { status: 409, body: { code: 'registration-closed' } });
  const made = await register(session, tokens.owner);
  const tick = (attendance: string) => ({
    attendances: [{ registration: made.body.id, attendance }],
  });
  const list = `/sessions?attendanceMissing=true&from=${day}T00:00:00Z&days=1`;
  const missing = async (after: Answered, token?: string) =>
    (await seen(list, after, token)).body.items.length;
  t.equal(await missing(made), 1);
  t.equal(await missing(made, another), 0, 'who came is nobody else’s business');
  const absent = await ask(`${session}/attendance`, tick('no_show'), made.etag);
  t.equal(absent.status, 200, JSON.stringify(absent.body));
  const came = await ask(`${session}/attendance`, tick('seen'), absent.etag);
  t.match((await seen(`${session}/registrations`, came)).body.items, [{ attendance: 'seen' }]);
  t.match((await seen(session, came)).body, { organising: { attendanceMissing: 0 } });
  t.equal(await missing(came), 0);
  const future = sessionOf(await planned());
  const early = await register(future);
  t.match((await seen(future, early)).body, {
    ...{ organising: { attendanceMissing: 0 }, allowedActions: ['register', 'change', 'cancel'] },
  });
  t.match((await seen(session, came)).body, { allowedActions: ['register', 'record-attendance'] });
  t.match((await seen(session, came, another)).body, { allowedActions: [] });
  const body = { attendances: [{ registration: early.body.id, attendance: 'seen' }] };
  t.match(await ask(`${future}/attendance`, body, early.etag), { body: { code: 'not-started' } });
});

t.test('an organiser who looks at each confirms or refuses', async (t) => {
  const session = sessionOf(await planned({ confirmation: 'organiser', seats: 1 }));
  const [first, second] = [await register(session), await register(session, another)];
  t.match(first.body, { state: 'requested', allowedActions: ['cancel'] });
  const path = (id: string, action: string) => `${session}/registrations/${id}/${action}`;
  const confirmed = await ask(path(first.body.id, 'confirm'), {}, second.etag);
  t.match(confirmed, { status: 200, body: { state: 'confirmed' } });
  const own = await ask(path(second.body.id, 'confirm'), {}, confirmed.etag, another);
  t.match(own, { status: 403, body: { code: 'not-your-offer' } });
  const refused = await ask(
    path(second.body.id, 'refuse'),
    { reason: 'no_capacity' },
    confirmed.etag,
  );
  t.match(refused, { status: 200, body: { state: 'refused' } });
});

t.test('sessions of an offer for named members are for nobody else', async (t) => {
  const offer = await offered({ visibility: { to: 'members', members: [association] } });
  const series = await planned({}, offer);
  const made = await register(sessionOf(series), tokens.owner);
  for (const path of [`/series/${series}`, sessionOf(series)]) {
    t.equal((await seen(path, made)).status, 200);
    t.equal((await seen(path, made, another)).status, 404);
  }
  t.equal((await register(sessionOf(series), another)).status, 404);
  const list = await seen(`/sessions?from=${from}&series=${series}`, made, another);
  t.same(list.body.items, []);
  t.match((await ask(`/series?association=${association}&offer=${offer}`)).body.items.length, 1);
});

t.test('the platform reminds once, and gives seats that a series has more of', async (t) => {
  const local = `${new Date(Date.now() + 20 * 3_600_000).toISOString().slice(0, 16)}`;
  const schedule = { start: local };
  const series = await planned({ schedule, seats: 1 });
  const session = sessionOf(series, local);
  await register(session);
  await register(session, another);
  const terms = { schedule, durationMinutes: 120, seats: 2 };
  const changed = await ask(`/series/${series}/change`, { from: local, terms }, '"0"');
  t.equal(changed.status, 200, JSON.stringify(changed.body));
  // Registered twice, promoted, reminded: four events.
  await eventually(async () => (await ask(session)).body.revision === '4');
  t.match((await ask(session)).body, { revision: '4', confirmed: 2, waiting: 0 });
});
