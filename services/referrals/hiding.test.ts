/** What must not be learnt from an answer, and guards that time may undermine, over the whole service. */
import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { type Asked, type Software, serviceProbe } from './service-probe.ts';
import { identity, later, openFile, refer, register, theme } from './service-steps.ts';

const probe = await serviceProbe(t);
const owner = await probe.software();
const receiver = await probe.software();
const other = await probe.software();
const stranger = await probe.software();
for (const { association } of [owner, receiver, other]) await register(probe, association);
const coordinator = await probe.software('coordinator', randomUUID(), [owner.association]);
const everybody = [receiver, other];

/** The code that a stranger is answered for this id and for one that does not exist. */
async function codes(ask: (id: string) => Promise<Asked>, id: string): Promise<unknown[]> {
  const answers = [await ask(id), await ask(randomUUID())];
  return answers.map(({ status, body }) => [status, body.code ?? body.items[0].code]);
}

t.test('nobody learns of another association’s case by what else would be wrong', async (t) => {
  const file = await openFile(probe, owner, everybody);
  const lost = await openFile(probe, owner, everybody);
  await owner.post(`/cases/${lost.id}/forget-person`, { person: lost.person }, '"0"');
  const to = other.association;
  const wrong = { reason: 'Elle part', occurredAt: later(1) };
  for (const id of [file.id, lost.id]) {
    for (const body of [wrong, { reason: 'Elle part' }]) {
      const asks: readonly ((id: string) => Promise<Asked>)[] = [
        (one) => stranger.send('/handovers', { case: one, to, ...body }),
        (one) => stranger.send('/handovers/ask', { case: one, ...body }),
        (one) => stranger.send('/reorientations', { case: one, ...body }),
        (one) => stranger.send('/handovers/bulk', { cases: [one], to, ...body }),
      ];
      for (const ask of asks) {
        const [known, unknown] = await codes(ask, id);
        t.same(known, unknown);
      }
    }
  }
});

t.test('nobody learns of a merge by a stale revision', async (t) => {
  const kept = (await openFile(probe, owner, [])).id;
  const absorbed = (await openFile(probe, owner, [])).id;
  const merge = await owner.post('/merges', { kept, absorbed, reason: 'entered_twice' });
  const undo = (id: string) =>
    stranger.send(`/merges/${id}/undo`, { reason: 'merged_in_error' }, '"7"');
  const [known, unknown] = await codes(undo, merge.body.id);
  t.same(known, unknown);
  t.same(known, [404, 'not-found']);
  await probe.settled();
  const path = `/merges/${merge.body.id}`;
  for (const one of [stranger, receiver]) t.equal((await one.get(path)).status, 404);
  const read = await owner.get(path);
  t.match(read.body, { kept, absorbed, state: 'made', allowedActions: ['undo'] });
  await owner.post(`${path}/undo`, { reason: 'merged_in_error' }, read.etag);
  await probe.settled();
  t.match((await coordinator.get(path)).body, { state: 'undone', allowedActions: [] });
  await eventually(async () => (await owner.get(`/cases/${absorbed}`)).body.state === 'open');
  await handOver({ id: absorbed }, receiver);
  await probe.settled();
  for (const one of [owner, receiver, coordinator]) t.equal((await one.get(path)).status, 404);
  t.equal((await owner.send(`${path}/undo`, { reason: 'merged_in_error' }, read.etag)).status, 404);
});

t.test('who may claim is told to, who came too late so, and not where it stands', async (t) => {
  const file = await openFile(probe, owner, everybody);
  const between = { sender: owner, receiver, file };
  const { id, etag } = await refer(between, 'sent', { to: 'eligible' });
  await probe.settled();
  t.match(await other.get(`/referrals/${id}`), { status: 200, body: { level: 'eligible' } });
  const early = await other.send(`/referrals/${id}/note`, { text: 'Nous pouvons' }, etag);
  t.match(early, { status: 409, body: { code: 'claim-first', allowedActions: ['claim'] } });
  const claimed = await receiver.post(`/referrals/${id}/claim`, {}, etag);
  for (const tag of [etag, claimed.etag]) {
    const { status, body, etag: told } = await other.send(`/referrals/${id}/claim`, {}, tag);
    t.match({ status, code: body.code, told }, { status: 409, code: 'already-claimed', told: '' });
    t.notOk(body.state ?? body.revision);
    t.equal((await other.send(`/referrals/${id}/accept`, {}, tag)).status, 404);
  }
});

async function handOver(file: { readonly id: string }, to: Software): Promise<void> {
  const body = { case: file.id, to: to.association, reason: 'Elle part' };
  const offered = await owner.post('/handovers', body);
  const referent = { referent: randomUUID() };
  await to.post(`/handovers/${offered.body.id}/accept`, referent, offered.etag);
  await eventually(async () => (await to.get(`/cases/${file.id}`)).body.owner === to.association);
}

t.test('nothing of a file is sent once the person is in other hands, or forgotten', async (t) => {
  const moved = await openFile(probe, owner, everybody);
  const draft = await refer({ sender: owner, receiver, file: moved }, 'draft');
  const asked = await refer({ sender: owner, receiver, file: moved }, 'info_requested');
  await handOver(moved, other);
  const supply = (body: object) =>
    owner.send(`/referrals/${asked.id}/supply-info`, { text: 'Depuis lundi', ...body }, asked.etag);
  t.match(await supply({ categories: ['social'] }), { body: { code: 'not-in-your-care' } });
  t.match(await supply({}), { status: 200, body: { state: 'under_review' } });
  const sent = await owner.send(`/referrals/${draft.id}/send`, {}, draft.etag);
  t.match(sent, { status: 403, body: { code: 'not-in-your-care' } });

  const lost = await openFile(probe, owner, everybody);
  const late = await refer({ sender: owner, receiver, file: lost }, 'draft');
  await owner.post(`/cases/${lost.id}/forget-person`, { person: lost.person }, '"0"');
  const refused = await owner.send(`/referrals/${late.id}/send`, {}, late.etag);
  t.ok(['person-unknown', 'person-forgotten'].includes(refused.body.code), refused.body.code);
});

t.test('a household goes on when its main person was forgotten', async (t) => {
  const persons = [
    { role: 'main', identity },
    { role: 'partner', identity },
  ];
  const body = { kind: 'household', referent: randomUUID(), persons };
  const { id } = (await owner.post('/cases', body)).body;
  await probe.settled();
  const file = await owner.get(`/cases/${id}`);
  const { person } = file.body.persons[0];
  const gone = await owner.post(`/cases/${id}/forget-person`, { person }, file.etag);
  await owner.post(`/cases/${id}/set-goal`, { text: 'Un toit' }, gone.etag);
  await owner.post('/handovers', { case: id, to: other.association, reason: 'Elle part' });
  t.pass('the goal and the reason were sealed for who is left');
});

t.test('a break-glass that is said to lie long back is told all the same', async (t) => {
  const file = await openFile(probe, owner, []);
  const opening = { reason: 'Urgence', until: later(0.5), occurredAt: '2020-01-01T00:00:00Z' };
  await coordinator.post(`/cases/${file.id}/break-glass`, opening, '"0"');
  await probe.settled();
  const { body } = await coordinator.get('/worklist?kind=break-glass&limit=100');
  t.match(
    body.items.map((item: { case: string }) => item.case),
    [file.id],
  );
  const colleague = await probe.software('coordinator', randomUUID(), [owner.association]);
  for (const told of [owner, colleague]) {
    const { body: shown } = await told.get(`/cases/${file.id}`);
    t.match(shown.breakGlass, [{ reason: 'Urgence', until: opening.until }]);
  }
  const { body: mine } = await owner.get('/cases?limit=100');
  const line = mine.items.find(({ id }: { id: string }) => id === file.id);
  t.equal(line.breakGlassUntil, opening.until);
});

t.test('consents are read with the revision that a withdrawal must name', async (t) => {
  const file = await openFile(probe, owner, []);
  await probe.settled();
  const { etag } = await owner.get(`/cases/${file.id}/consents`);
  const withdrawal = { consent: file.consent, withdrawnBy: 'person' };
  const answer = await owner.send(`/cases/${file.id}/consents/withdraw`, withdrawal, etag);
  t.equal(answer.status, 200);
});

t.test('a moment that no row can hold is refused before it is written or asked for', async (t) => {
  const file = await openFile(probe, owner, []);
  const occurredAt = '0000-01-01T00:00:00Z';
  const note = { text: 'Vue hier', occurredAt };
  const answer = await owner.send(`/cases/${file.id}/add-shared-note`, note, '"0"');
  t.match(answer, { status: 400, body: { errors: [{ pointer: '/occurredAt' }] } });
  for (const path of [`/cases/${file.id}`, `/timelines/${randomUUID()}`]) {
    const asked = await owner.get(`${path}?asOf=${occurredAt}`);
    t.match(asked, { status: 400, body: { errors: [{ pointer: 'asOf' }] } });
  }
});

t.test('a clock that is a little ahead of ours tells nothing from the future', async (t) => {
  const file = await openFile(probe, owner, []);
  const occurredAt = new Date(Date.now() + 4 * 60_000).toISOString();
  const note = { text: 'Vue à l’instant', occurredAt };
  await owner.post(`/cases/${file.id}/add-shared-note`, note, '"0"');
  await probe.settled();
  const { body } = await owner.get(`/cases/${file.id}/timeline`);
  const noted = body.items.find(
    ({ type }: { type: string }) => type === 'case-shared-note-added.v1',
  );
  t.ok(noted.occurredAt <= noted.recordedAt);
});

t.test('nobody is referred twice at once', async (t) => {
  const file = await openFile(probe, owner, [receiver]);
  const answer = await owner.send('/referrals', {
    ...{ case: file.id, persons: [file.person, file.person.toUpperCase()], kind: 'service' },
    ...{ themes: [theme], need: 'Un rendez-vous', target: { to: 'eligible' } },
  });
  t.match(answer, { status: 400, body: { errors: [{ pointer: '/persons' }] } });
});

t.test('who may not share is told which categories no consent covers', async (t) => {
  const file = await openFile(probe, owner, [receiver]);
  const draft = await refer({ sender: owner, receiver, file }, 'draft');
  const categories = ['identity', 'housing', 'family'];
  const refused = await owner.send(`/referrals/${draft.id}/send`, { categories }, draft.etag);
  t.match(refused, { status: 409, body: { code: 'consent-missing', state: 'draft' } });
  t.same(refused.body.categories, ['housing', 'family']);
});
