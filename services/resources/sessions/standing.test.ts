import t from 'tap';
import { withdrawnReaction } from './by-itself.ts';
import { sessionOf, sessionsProbe, tuesdays } from './sessions-probe.ts';

const { app, another, ask, offered, planned, register, seen, settled, tokens } =
  await sessionsProbe();

t.test('nobody is offered to confirm who cannot have a seat', async (t) => {
  const session = sessionOf(
    await planned({ seats: 1, confirmation: 'organiser', hasWaitingList: false }),
  );
  const first = await register(session);
  const second = await register(session);
  t.match(second.body, { state: 'requested' });
  const actions = async (answered: typeof first) => {
    const { body } = await seen(`${session}/registrations`, answered);
    return body.items.map((one: { allowedActions: string[] }) => one.allowedActions);
  };
  const all = ['confirm', 'refuse', 'cancel'];
  t.same(await actions(second), [all, all]);
  const path = ({ body }: typeof first) => `${session}/registrations/${body.id}/confirm`;
  const confirmed = await ask(path(first), {}, second.etag);
  t.equal(confirmed.status, 200);
  t.same(await actions(confirmed), [['cancel'], ['refuse', 'cancel']]);
  t.match(await ask(path(second), {}, confirmed.etag), {
    status: 409,
    body: { code: 'session-full', allowedActions: ['refuse', 'cancel'] },
  });
});

t.test('not even its organiser registers somebody with a withdrawn offer', async (t) => {
  const offer = await offered();
  const session = sessionOf(await planned({}, offer));
  const suspended = await ask(`/offers/${offer}/suspend`, {}, '"0"');
  t.equal(suspended.status, 200);
  const atTheDoor = await register(session, tokens.owner);
  t.equal(atTheDoor.status, 201, 'of a suspended one the organiser does');
  t.equal((await ask(`/offers/${offer}/withdraw`, {}, suspended.etag)).status, 200);
  await settled(withdrawnReaction);
  await settled();
  for (const at of [session, sessionOf(session.split('/')[2] ?? '', `${tuesdays[1]}T18:00`)]) {
    const refused = { status: 409, body: { code: 'session-cancelled', allowedActions: [] } };
    t.match(await register(at, tokens.owner), refused);
    t.match((await ask(at)).body, { state: 'cancelled', allowedActions: [] });
    const change = { movedTo: `${tuesdays[2]}T19:00`, reason: 'more_room' };
    t.match(await ask(`${at}/change`, change, (await ask(at)).etag), refused);
  }
});

t.test('sessions of a retired organisation are there for whom they concern', async (t) => {
  const organisation = (await ask('/organisations', { name: 'Café fermé' })).body.id;
  const offer = await offered({ organisation, visibility: { to: 'public' } });
  const series = await planned({}, offer);
  const session = sessionOf(series);
  const made = await register(session);
  t.equal(made.status, 201);
  const retired = await ask(`/organisations/${organisation}/retire`, {}, '"0"');
  t.equal(retired.status, 200);
  await settled();
  const get = (path: string, token: string) => ask(path, undefined, undefined, token);
  const lists = [`/sessions?from=${tuesdays[0]}T00:00:00Z&series=`, '/series?offer='].map(
    (path, n) => path + [series, offer][n],
  );
  for (const path of [`/series/${series}`, session]) {
    t.equal((await get(path, another)).status, 404, path);
    for (const token of [tokens.owner, tokens.stranger])
      t.equal((await get(path, token)).status, 200);
  }
  for (const path of lists) {
    t.same((await get(path, another)).body.items, [], path);
    t.not((await get(path, tokens.stranger)).body.items.length, 0, path);
  }
  const calendar = await app.inject({
    ...{ url: `/calendars/series/${series}.ics`, headers: { accept: 'text/calendar' } },
  });
  t.notMatch(calendar.body, /VEVENT/);
  t.equal((await register(session, another)).status, 404);
  const path = `${session}/registrations/${made.body.id}/cancel`;
  const { etag } = await get(session, tokens.stranger);
  t.equal((await ask(path, { reason: 'other' }, etag, tokens.stranger)).status, 200);
});
