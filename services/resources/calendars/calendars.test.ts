import { randomUUID } from 'node:crypto';
import { startOtlpReceiver } from '@relais/telemetry/otlp-receiver';
import { startTelemetry } from '@relais/telemetry/telemetry';
import ical, { type VEvent } from 'node-ical';
import t from 'tap';
import { sessionOf, sessionsProbe } from '../sessions/sessions-probe.ts';

const receiver = await startOtlpReceiver();
t.teardown(() => receiver.close());
const { endpoint } = receiver;
const telemetry = await startTelemetry({ service: 'resources', version: '0', endpoint });
const probe = await sessionsProbe((app) => telemetry.observeRequests(app));
const { app, ask, association, tokens, another, offered, planned, register, seen } = probe;

const get = async (url: string, accept = 'text/calendar') => {
  const { statusCode: status, headers, body } = await app.inject({ url, headers: { accept } });
  return { status, type: headers['content-type'], body };
};
const eventsOf = (body: string) =>
  Object.values(ical.sync.parseICS(body)).filter((one) => one?.type === 'VEVENT') as VEvent[];
/** The next weeks: a feed shows a month back and a year ahead. */
const soon = (days: number): string => {
  const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  return `${day}T18:30`;
};
const open = { visibility: { to: 'public' } };

t.test('the calendar of an association is read by another program', async (t) => {
  const network = { visibility: { to: 'network' } };
  const hidden = await planned(
    { schedule: { start: soon(3) }, title: 'Réservé' },
    await offered(network),
  );
  const title = 'Café ; langues, jeux \\ « bienvenue » — '.repeat(3).trim();
  const first = soon(5);
  const schedule = { start: first, rule: 'FREQ=DAILY;COUNT=3' };
  const details = 'Première ligne\r\nSeconde, avec virgule ; et العربية\rBEGIN:VALARM\u0007';
  const place = `Salle 1, ${'très longue '.repeat(20)}rez-de-chaussée`;
  const link = 'https://exemple.invalid/salle-secrete';
  const series = await planned({ schedule, title, details, link, place }, await offered(open));
  const registered = await register(sessionOf(series, first), tokens.stranger, { label: 'Amina' });
  const url = `/calendars/associations/${association}.ics`;
  const cancelled = await ask(
    `${sessionOf(series, first)}/cancel`,
    { reason: 'weather' },
    registered.etag,
  );
  await seen(`/series/${series}`, cancelled);

  const answer = await get(url);
  t.match(answer, { status: 200, type: 'text/calendar; charset=utf-8' });
  t.ok(
    answer.body.split('\r\n').every((line) => Buffer.byteLength(line) <= 75),
    'lines are folded',
  );
  t.ok(answer.body.endsWith('END:VCALENDAR\r\n'));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: there are none.
  t.notMatch(answer.body.replaceAll('\r\n', ''), /[\u0000-\u001F]/, 'every line ends with CRLF');
  t.match(answer.body, /BEGIN:VTIMEZONE\r\nTZID:Europe\/Paris/);
  for (const secret of ['Amina', 'salle-secrete', 'Réservé', hidden])
    t.notOk(answer.body.includes(secret));
  const events = eventsOf(answer.body).sort((a, b) => +a.start - +b.start);
  t.match(
    events.map(({ summary, location, description }) => ({ summary, location, description })),
    Array.from({ length: 3 }, () => ({
      summary: title,
      location: place,
      description: 'Première ligne\nSeconde, avec virgule ; et العربية\nBEGIN:VALARM',
    })),
  );
  t.same(
    events.map(({ status }) => status),
    ['CANCELLED', 'CONFIRMED', 'CONFIRMED'],
  );
  const session = (await ask(sessionOf(series, first))).body;
  t.match(events[0], { uid: `${session.id}@relais`, sequence: '2' });
  t.equal(events[0]?.start.toISOString(), session.startsAt);
  t.equal(events[0]?.end?.toISOString(), session.endsAt);
  t.same(
    eventsOf((await get(url)).body)
      .map(({ uid }) => uid)
      .sort(),
    events.map(({ uid }) => uid).sort(),
  );
});

t.test('a session that is moved keeps its place in calendars', async (t) => {
  const [first, later] = [soon(4), soon(6)];
  const series = await planned({ schedule: { start: first } }, await offered(open));
  const made = await register(sessionOf(series, first));
  const url = `/calendars/series/${series}.ics`;
  await seen(`/series/${series}`, made);
  const [before] = eventsOf((await get(url)).body);
  const change = { movedTo: later, reason: 'transport' };
  const moved = await ask(`${sessionOf(series, first)}/change`, change, made.etag);
  await seen(`/series/${series}`, moved);
  const [after] = eventsOf((await get(url)).body);
  t.equal(after?.uid, before?.uid);
  t.ok(Number(after?.sequence) > Number(before?.sequence));
  t.equal(after?.start.toISOString(), (await ask(sessionOf(series, first))).body.startsAt);
});

t.test('a secret address shows what its association sees, until it is revoked', async (t) => {
  const link = 'https://exemple.invalid/salle';
  const series = await planned(
    { schedule: { start: soon(3) }, link },
    await offered({ visibility: { to: 'network' } }),
  );
  t.same(eventsOf((await get(`/calendars/series/${series}.ics`)).body), []);
  const scope = { of: 'series', series };
  const made = await ask('/calendar-feeds', { scope }, undefined, tokens.stranger);
  t.match(made, { status: 201, body: { state: 'open' } });
  const address = `/calendar-feeds/${made.body.id}/path`;
  const { path } = (await seen(address, made, tokens.stranger)).body;
  t.notOk(JSON.stringify(made.body).includes(path.split('.')[1]), 'a kept answer holds no secret');
  t.equal((await seen(address, made, another)).status, 404);
  const [event] = eventsOf((await get(path)).body);
  t.match(event, { url: link });
  const wrong = path.replace(/.{3}\.ics$/, 'AAA.ics');
  const unknown = path.replace(made.body.id, randomUUID());
  const revoke = `/calendar-feeds/${made.body.id}/revoke`;
  t.equal((await ask(revoke, {}, made.etag, another)).status, 404);
  t.match(await ask(revoke, {}, made.etag, tokens.stranger), { body: { state: 'revoked' } });
  const revoked = await get(path);
  t.equal(revoked.status, 404);
  const versionless = path.replace(
    made.body.id,
    `${'0'.repeat(8) + '-0000'.repeat(3)}-000000000001`,
  );
  t.equal((await get(versionless)).status, 400, 'what is no id is refused, and breaks nothing');
  for (const url of [wrong, unknown]) t.same(await get(url, '*/*'), revoked, url);
  t.equal((await seen(address, made, tokens.stranger)).body.path, null);
});

t.test('a calendar without sessions is a calendar', async (t) => {
  const { status, body } = await get(`/calendars/sites/${randomUUID()}.ics`);
  t.equal(status, 200);
  t.match(body, /^BEGIN:VCALENDAR\r\n/);
  t.same(eventsOf(body), []);
});

t.test('a secret address leaves no trace, whatever becomes of it', async (t) => {
  const scope = { of: 'association', association };
  const made = await ask('/calendar-feeds', { scope });
  const { path } = (await seen(`/calendar-feeds/${made.body.id}/path`, made)).body;
  const [, secret = ''] = path.split('.');
  const told: string[] = [];
  const tries = async () => {
    for (const [method, url, status] of [
      ['HEAD', path, 200],
      ['GET', `${path}?name=${secret}`, 400],
      ['GET', path.replace('.ics', '.ical'), 400],
      ['GET', path.replace('private', 'associations'), 400],
      ['GET', path.replace('private', secret), 404],
      ['GET', `/v1${path}`, 404],
      ['GET', `${path}/`, 404],
      ['GET', path.replace('.ics', '%E0%A4%A'), 400],
      ['GET', `${path}%00`, 400],
      ['GET', path.replace('.ics', 'A'.repeat(200)), 414],
      ['DELETE', path, 405],
      ['OPTIONS', path, 204],
    ] as const) {
      const { statusCode, headers, body } = await app.inject({ method, url });
      t.equal(statusCode, status, `${method} ${url}: ${body}`);
      told.push(JSON.stringify(headers), body);
    }
  };
  t.equal((await get(path)).status, 200);
  await tries();
  t.equal((await ask(`/calendar-feeds/${made.body.id}/revoke`, {}, made.etag)).status, 200);
  told.push((await get(path)).body);
  await receiver.until(() => receiver.spans().some(({ name }) => name.includes('/private/')));
  await telemetry.stop();
  for await (const { data, metadata } of probe.log.read(`calendar-feed-${made.body.id}`))
    told.push(JSON.stringify([data, metadata]));
  const { rows } = await probe.database.query<{ line: string }>(
    'select k::text as line from http.idempotency k',
  );
  told.push(...rows.map(({ line }) => line));
  t.match(probe.logged(), '/calendars/private/:file');
  for (const text of [...told, probe.logged(), receiver.text()])
    t.notOk(text.includes(secret), text.slice(0, 500));
});
