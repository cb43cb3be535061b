import { randomUUID } from 'node:crypto';
import ical, { type VEvent } from 'node-ical';
import t from 'tap';
import { sessionOf, sessionsProbe } from '../sessions/sessions-probe.ts';

const { app, ask, association, tokens, another, offered, planned, register, seen } =
  await sessionsProbe();

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
  const details = 'Première ligne\nSeconde, avec virgule ; et العربية';
  const link = 'https://exemple.invalid/salle-secrete';
  const series = await planned(
    { schedule, title, details, link, place: 'Salle 1, rez-de-chaussée' },
    await offered(open),
  );
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
  t.notOk(answer.body.replaceAll('\r\n', '').includes('\n'), 'every line ends with CRLF');
  t.match(answer.body, /BEGIN:VTIMEZONE\r\nTZID:Europe\/Paris/);
  for (const secret of ['Amina', 'salle-secrete', 'Réservé', hidden])
    t.notOk(answer.body.includes(secret));
  const events = eventsOf(answer.body).sort((a, b) => +a.start - +b.start);
  t.match(
    events.map(({ summary, location, description }) => ({ summary, location, description })),
    Array.from({ length: 3 }, () => ({
      summary: title,
      location: 'Salle 1, rez-de-chaussée',
      description: details,
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
  for (const url of [wrong, unknown, '/calendars/private/x.ics']) {
    t.equal((await get(url, '*/*')).status, 404, url);
  }
  const revoke = `/calendar-feeds/${made.body.id}/revoke`;
  t.equal((await ask(revoke, {}, made.etag, another)).status, 404);
  t.match(await ask(revoke, {}, made.etag, tokens.stranger), { body: { state: 'revoked' } });
  t.equal((await get(path)).status, 404);
  t.equal((await seen(address, made, tokens.stranger)).body.path, null);
});

t.test('a calendar without sessions is a calendar', async (t) => {
  const { status, body } = await get(`/calendars/sites/${randomUUID()}.ics`);
  t.equal(status, 200);
  t.match(body, /^BEGIN:VCALENDAR\r\n/);
  t.same(eventsOf(body), []);
});
