/** Persons and their files over the whole service: merges, forgetting, and input that must not come in. */
import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { type Asked, serviceProbe } from './service-probe.ts';
import { consentTo, identity, openFile, publish, refer, theme } from './service-steps.ts';

const probe = await serviceProbe(t);
const [owner, receiver, third] = [
  await probe.software(),
  await probe.software(),
  await probe.software(),
];
const remit = [owner, receiver, third].map(({ association }) => association);
const coordinator = await probe.software('coordinator', randomUUID(), remit);

t.test('the owners of merged files find each other, and learn no more than that', async (t) => {
  const files = [owner, receiver, third].map((each) => openFile(probe, each, []));
  const opened = await Promise.all(files);
  const [absorbed, kept, top] = opened.map(({ id }) => id);
  const merge = { absorbed, kept, reason: 'same_person' };
  const { body, etag } = await coordinator.post('/merges', merge);
  const linked = (id: string | undefined) =>
    eventually(async () => (await coordinator.get(`/cases/${id}`)).body.absorbed?.length === 1);
  await linked(kept);
  await coordinator.post('/merges', { absorbed: kept, kept: top, reason: 'same_person' });
  await linked(top);
  await probe.settled();
  t.match((await receiver.get(`/cases/${kept}`)).body, {
    ...{ level: 'owner', absorbed: [absorbed], mergedInto: top },
  });
  t.match((await owner.get(`/cases/${absorbed}`)).body, { mergedInto: kept, absorbed: [] });
  for (const [who, file, of, into] of [
    [owner, kept, receiver, top],
    [owner, top, third, null],
    [receiver, absorbed, owner, kept],
    [third, absorbed, owner, kept],
  ] as const) {
    const seen = await who.get(`/cases/${file}`);
    const { referent, revision, ...shown } = seen.body;
    t.ok(referent && revision);
    t.same(shown, {
      ...{ level: 'merged', id: file, owner: of.association, mergedInto: into },
      ...{ state: into === null ? 'open' : 'merged', kind: 'household' },
      ...{ allowedActions: [], referrals: [] },
    });
    for (const part of ['consents', 'consultations', 'subject-export', 'duplicate-candidates']) {
      t.equal((await who.get(`/cases/${file}/${part}`)).status, 404, part);
    }
    t.same((await who.get(`/cases/${file}/timeline`)).body.items, []);
    for (const [path, body] of [
      [`/cases/${file}/set-goal`, { text: 'Un toit' }],
      [`/cases/${file}/consents`, consentTo([who])],
      ['/handovers', { case: file, to: who.association, reason: 'Elle est chez nous' }],
      ['/reorientations', { case: file, reason: 'Elle est chez nous' }],
    ] as const) {
      const refused = await who.send(path, body, path.endsWith('goal') ? seen.etag : undefined);
      t.match(refused, { status: 403, body: { code: 'not-your-part' } }, path);
    }
  }
  const goal = (file: string | undefined) =>
    owner.send(`/cases/${file}/set-goal`, { text: 'Un toit' }, '"1"');
  t.match((await goal(kept)).body.detail, /mergedInto/, 'nobody can be asked for what was merged');
  t.match((await goal(top)).body.detail, /handovers\/ask/);
  const asks = (file: string | undefined) =>
    owner.send('/handovers/ask', { case: file, reason: 'Elle est chez nous' });
  t.match(await asks(top), { status: 201, body: { state: 'asked' } }, 'the way to read it');
  const colleague = await probe.software('coordinator', owner.association, []);
  const asking = { case: top, reason: 'Elle est chez nous' };
  t.equal((await colleague.send('/handovers/ask', asking)).status, 201, 'whoever works there');
  const passed = await asks(kept);
  t.match(passed, { status: 409, body: { code: 'case-merged' } });
  t.notOk('mergedInto' in passed.body, 'who is no owner of it reads that in the file');
  const writing = await goal(absorbed);
  t.match(writing, { status: 409, body: { code: 'case-merged', mergedInto: kept } });
  const referring = await owner.send('/referrals', {
    ...{ case: absorbed, persons: [opened[0]?.person], kind: 'service', themes: [theme] },
    ...{ need: 'Un toit', target: { to: 'eligible' } },
  });
  t.match(referring.body, { code: 'case-merged', mergedInto: kept });
  await coordinator.post(`/merges/${body.id}/undo`, { reason: 'different_persons' }, etag);
  await eventually(async () => (await owner.get(`/cases/${kept}`)).status === 404);
  t.equal((await receiver.get(`/cases/${absorbed}`)).status, 404, 'told apart');
  t.same((await receiver.get(`/cases/${kept}`)).body.absorbed, []);
});

t.test('what contradicts itself is refused, and the field named', async (t) => {
  const file = await openFile(probe, owner, [owner, receiver]);
  const refused = async (asked: Promise<Asked>) => {
    const { status, body } = await asked;
    return [status, body.errors?.[0] ?? body].map((each) => each.code ?? each);
  };
  const opening = (told: object) =>
    owner.send('/cases', {
      ...{ kind: 'person', referent: randomUUID() },
      persons: [{ role: 'main', identity: { ...identity, ...told } }],
    });
  const later = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  for (const birthDate of ['2099', '2099-01-01', later(48).slice(0, 10)]) {
    t.same(await refused(opening({ birthDate })), [400, 'in-the-future'], birthDate);
  }
  t.equal((await opening({ birthDate: later(0).slice(0, 10) })).status, 201, 'born today');
  t.same(await refused(opening({ givenName: '\u2067\u200f' })), [400, 'invisible-text']);
  const nobody = consentTo([receiver, { association: randomUUID() }]);
  const given = await owner.send(`/cases/${file.id}/consents`, nobody);
  t.match(given.body.errors, [
    { pointer: '/recipients/associations/1', code: 'association-unknown' },
  ]);
  const sent = await refer({ sender: owner, receiver, file }, 'sent');
  const decline = (reason: string, declinedBy: string) =>
    refused(receiver.send(`/referrals/${sent.id}/decline`, { reason, declinedBy }, sent.etag));
  t.same(await decline('no_capacity', 'person'), [400, 'reason-of-the-receiver']);
  t.same(await decline('unreachable', 'person'), [400, 'reason-of-the-receiver']);
  t.same(await decline('not_mobile', 'receiver'), [400, 'reason-of-the-person']);
  const self = { to: 'association', association: owner.association };
  const draft = { case: file.id, persons: [file.person], kind: 'service', themes: [theme] };
  const toSelf = owner.send('/referrals', { ...draft, need: 'Un rendez-vous', target: self });
  t.same(await refused(toSelf), [400, 'to-yourself']);
  const back = receiver.send(`/referrals/${sent.id}/redirect`, { target: self }, sent.etag);
  t.same(await refused(back), [400, 'to-yourself']);
  const own = { to: 'offer', offer: await publish(probe, owner) };
  const internal = await owner.send('/referrals', { ...draft, need: 'Une place', target: own });
  t.equal(internal.status, 201, 'a place of its own is asked for like any other');
});

t.test('a consent is for those who were in the file, not for who joins it later', async (t) => {
  const file = await openFile(probe, owner, [receiver]);
  const child = { role: 'child', identity: { ...identity, givenName: 'Enfant' } };
  await owner.post(`/cases/${file.id}/add-person`, child, '"0"');
  await probe.settled();
  const { body: seen } = await owner.get(`/cases/${file.id}`);
  const late: string = seen.persons[1].person;
  const between = { sender: owner, receiver };
  const asked = await refer({ ...between, file: { ...file, person: late } }, 'draft');
  const send = () => owner.send(`/referrals/${asked.id}/send`, {}, asked.etag);
  t.match(await send(), { status: 409, body: { code: 'consent-missing' } });
  t.ok(await refer({ ...between, file }, 'accepted'), 'it is still for whom it was given');
  await owner.post(`/cases/${file.id}/consents`, consentTo([receiver]));
  t.equal((await send()).status, 200);
});
