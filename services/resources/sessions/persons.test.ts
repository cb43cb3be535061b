import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import ical, { type VEvent } from 'node-ical';
import t from 'tap';
import { sessionOf, sessionsProbe, start } from './sessions-probe.ts';

const probe = await sessionsProbe();
const { another, ask, association, enlist, planned, register, seen, tokenOf, tokens } = probe;
const [party, member] = [randomUUID(), randomUUID()];
const [ofParty, ofMember] = [await tokenOf('partner', party), await tokenOf('partner', member)];
const person = () => ({
  ...{ registrant: { who: 'person', person: randomUUID(), case: randomUUID() }, label: 'Exemple' },
});

t.test('the name to call is sealed, read by both sides, and every reading recorded', async (t) => {
  const session = sessionOf(await planned());
  const person = { who: 'person', person: randomUUID(), case: randomUUID() };
  const made = await register(session, tokens.stranger, { registrant: person, label: 'Amina' });
  t.equal(made.status, 201, JSON.stringify(made.body));
  t.match(await register(session, tokens.stranger, { registrant: person }), {
    ...{ status: 409, body: { code: 'already-registered' } },
  });
  const list = await seen(`${session}/registrations`, made);
  t.match(list.body.items, [{ label: 'Amina', who: 'person' }]);
  t.notOk(JSON.stringify(list.body).includes(person.person), 'the person is not told');
  const refused = await seen(`${session}/registrations`, made, another);
  t.match(refused, { status: 403, body: { code: 'not-your-offer' } });
  const own = await seen(`/registrations/${made.body.id}`, made, tokens.stranger);
  t.match(own.body, { label: 'Amina', registrant: person });
  t.equal((await seen(`/registrations/${made.body.id}`, made, another)).status, 404);
  const theirs = await seen('/registrations?state=confirmed', made, another);
  t.notOk(JSON.stringify(theirs.body).includes(made.body.id));
});

t.test('a union registers its own people, and nobody who is accompanied', async (t) => {
  await enlist(party, 'union');
  const session = sessionOf(await planned());
  await eventually(async () => {
    const { body } = await register(session, ofParty, person());
    return body.code === 'persons-not-here' ? true : undefined;
  });
  t.equal((await register(session, ofParty)).status, 201);
  const themes = ['remobilisation--lien-social'];
  const offer = { kind: 'workshop', title: 'Au local', visibility: { to: 'public' }, themes };
  const made = await ask('/offers', offer, undefined, ofParty);
  const plan = { offer: made.body.id, schedule: { start } };
  const series = await ask('/series', { ...plan, durationMinutes: 60 }, undefined, ofParty);
  const theirs = sessionOf(series.body.id);
  t.equal((await register(theirs, tokens.stranger, person())).body.code, 'persons-not-here');
});

t.test('who works with cases no more has nothing of persons who are accompanied', async (t) => {
  const session = sessionOf(await planned({ confirmation: 'organiser' }));
  const worker = await register(session, ofMember);
  const made = await register(session, ofMember, person());
  const own = `/registrations/${made.body.id}`;
  t.match(await seen(own, made, ofMember), { status: 200, body: { label: 'Exemple' } });
  const organised = `${session}/registrations`;
  t.equal((await ask(organised)).body.items.length, 2);

  await Promise.all([enlist(member, 'union'), enlist(association, 'institution')]);
  await eventually(async () => {
    const answers = [await ask(own, undefined, undefined, ofMember), await ask(organised)];
    return answers[0]?.status === 404 && answers[1]?.body.items.length === 1 ? true : undefined;
  });
  const unknown = `/registrations/${randomUUID()}`;
  t.same(
    (await ask(own, undefined, undefined, ofMember)).body,
    (await ask(unknown, undefined, undefined, ofMember)).body,
  );
  for (const [path, token] of [
    ['/registrations', ofMember],
    [organised, tokens.owner],
  ] as const) {
    const { body } = await ask(path, undefined, undefined, token);
    t.match(body, { items: [{ id: worker.body.id }] });
    t.equal(body.items.length, 1);
  }
  const path = (id: string, action: string) => `${organised}/${id}/${action}`;
  for (const [action, body, token] of [
    ['confirm', {}, tokens.owner],
    ['refuse', { reason: 'other' }, tokens.owner],
    ['cancel', { reason: 'other' }, tokens.owner],
    ['cancel', { reason: 'other' }, ofMember],
  ] as const) {
    for (const etag of [made.etag, '"9"']) {
      const hidden = await ask(path(made.body.id, action), body, etag, token);
      const missing = await ask(path(randomUUID(), action), body, etag, token);
      const { id: _, instance: __, ...told } = hidden.body;
      t.match(missing, { status: hidden.status, body: told }, action);
    }
  }
  t.equal((await ask(path(worker.body.id, 'confirm'), {}, made.etag)).status, 200);
});

t.test('who is registered, and calendars, learn that an offer is withdrawn', async (t) => {
  const eventsAt = async (url: string) => {
    const { body } = await probe.app.inject({ url, headers: { accept: 'text/calendar' } });
    return Object.values(ical.sync.parseICS(body)).filter(
      (one) => one?.type === 'VEVENT',
    ) as VEvent[];
  };
  const soon = (days: number) =>
    `${new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)}T18:30`;
  const offer = await probe.offered({ visibility: { to: 'public' } });
  const [first, last] = [soon(4), soon(5)];
  const series = await planned({ schedule: { start: first, rule: 'FREQ=DAILY;COUNT=2' } }, offer);
  const made = await register(sessionOf(series, first));
  t.equal(made.status, 201);
  const url = `/calendars/series/${series}.ics`;
  await seen(`/series/${series}`, made);
  const before = await eventsAt(url);
  const { etag } = await ask(`/offers/${offer}`);
  const withdrawn = await ask(`/offers/${offer}/withdraw`, {}, etag);
  t.equal(withdrawn.status, 200);
  const over = { state: 'cancelled', reason: 'offer_withdrawn', allowedActions: [] };
  const told = { ...over, cancelledBy: 'organiser' };
  await eventually(async () => {
    const mine = await ask(`/registrations/${made.body.id}`, undefined, undefined, tokens.stranger);
    return mine.body.state === 'cancelled' && t.match(mine.body, told);
  });
  t.match((await ask(sessionOf(series, first))).body, { ...over, confirmed: 0 });
  t.match((await ask(sessionOf(series, last))).body, { ...over, seatsLeft: 0 });
  const after = await eventsAt(url);
  t.same(
    after.map(({ uid, status }) => [uid, status]),
    before.map(({ uid }) => [uid, 'CANCELLED']),
  );
  for (const [index, { sequence }] of after.entries())
    t.ok(Number(sequence) > Number(before[index]?.sequence));
  t.match((await ask(`/series/${series}`)).status, 200);

  t.match(await register(sessionOf(series, last), tokens.owner), {
    ...{ status: 409, body: { code: 'session-cancelled' } },
  });
  const typesOf = async (session: string) => {
    const types: string[] = [];
    for await (const { type } of probe.log.read(`session-${session}`)) types.push(type);
    return types;
  };
  const { id } = (await ask(sessionOf(series, first))).body;
  const both = ['session-registered.v1', 'session-cancelled.v1'];
  t.same(await typesOf(id), both);

  // Who was registered at the same moment is told too.
  const { id: other } = (await ask(sessionOf(series, last))).body;
  for await (const { type, data, metadata } of probe.log.read(`session-${id}`, { max: 1 })) {
    const late = {
      ...(data as object),
      session: other,
      originalStart: last,
      startsAt: `${last}:00Z`,
    };
    const event = { id: randomUUID(), type, data: late, metadata };
    await probe.log.append(`session-${other}`, [event], { expected: 'none' });
  }
  await eventually(async () => (await typesOf(other)).length === 2);
  t.same(await typesOf(other), both);
});
