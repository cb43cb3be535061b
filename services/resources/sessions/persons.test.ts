import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { sessionOf, sessionsProbe } from './sessions-probe.ts';

const { another, ask, association, enlist, planned, register, seen, tokenOf, tokens } =
  await sessionsProbe();
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
  const plan = { offer: made.body.id, schedule: { start: '2027-03-16T18:00' } };
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
