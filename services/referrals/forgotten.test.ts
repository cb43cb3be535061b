/** What can still be done over the whole service about a person who was forgotten. */
import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { serviceProbe } from './service-probe.ts';
import { openFile, type Reachable, refer } from './service-steps.ts';

const probe = await serviceProbe(t);
const [owner, receiver] = [await probe.software(), await probe.software()];
const remit = [owner, receiver].map(({ association }) => association);
const coordinator = await probe.software('coordinator', randomUUID(), remit);

t.test('what is open about a person who was forgotten is ended, closed and archived', async (t) => {
  const file = await openFile(probe, owner, [receiver]);
  const end = { reason: 'other' };
  const withdraw = ['owner', 'withdraw', { reason: 'situation_changed', requestedBy: 'sender' }];
  const decline = ['receiver', 'decline', { reason: 'no_capacity', declinedBy: 'receiver' }];
  const ways = [
    ['draft', ...withdraw],
    ['sent', ...withdraw],
    ['under_review', ...decline],
    ['info_requested', ...decline],
    ['accepted', 'receiver', 'cancel', end],
    ['in_progress', 'receiver', 'complete', { outcome: 'helped' }],
    ['on_hold', 'receiver', 'fail', end],
  ] as unknown as readonly [Reachable, 'owner' | 'receiver', string, object][];
  const between = { sender: owner, receiver, file };
  const open = await Promise.all(ways.map(([state]) => refer(between, state)));
  const asked = await refer(between, 'draft');
  await owner.post(`/cases/${file.id}/forget-person`, { person: file.person }, '"0"');
  const note = { text: 'Il ne vient plus' };
  await eventually(async () => {
    const refused = await owner.send(`/referrals/${asked.id}/note`, note, asked.etag);
    return refused.body.code === 'person-forgotten';
  });
  for (const [index, [state, who, action, body]] of ways.entries()) {
    const { id, etag } = open[index] ?? { id: '', etag: '' };
    const by = who === 'owner' ? owner : receiver;
    const path = `/referrals/${id}/${action}`;
    const { status, body: refused } = await by.send(path, { ...body, ...note }, etag);
    t.match([status, refused], [409, { errors: [{ pointer: '/text' }] }], state);
    const ended = await by.post(path, body, etag);
    t.equal((await owner.post(`/referrals/${id}/close`, {}, ended.etag)).body.state, 'closed');
  }
  await probe.settled();
  const { etag } = await owner.get(`/cases/${file.id}`);
  const reason = { reason: 'support_ended' };
  t.equal((await owner.post(`/cases/${file.id}/archive`, reason, etag)).body.state, 'archived');
});

t.test('what owes a text is done without one about a person who was forgotten', async (t) => {
  const file = await openFile(probe, owner, [receiver]);
  const between = { sender: owner, receiver, file };
  const reviewed = await refer(between, 'under_review');
  const asked = await refer(between, 'info_requested');
  const taken = await refer(between, 'accepted');
  const declined = await refer(between, 'declined');
  const ways = [
    [reviewed, receiver, 'request-info', 'info_requested'],
    [asked, owner, 'supply-info', 'under_review'],
    [taken, receiver, 'unaccept', 'under_review'],
    [declined, receiver, 'reopen', 'under_review'],
    [declined, coordinator, 'entered-in-error', 'entered_in_error'],
  ] as const;
  const path = ({ id }: { id: string }, action: string) => `/referrals/${id}/${action}`;
  for (const [referral, who, action] of ways.slice(0, 4)) {
    const { status, body } = await who.send(path(referral, action), {}, referral.etag);
    t.match([status, body], [400, { errors: [{ pointer: '/text', code: 'required' }] }], action);
  }
  const opened = { case: file.id, to: receiver.association, reason: 'La famille déménage' };
  const offered = await owner.post('/handovers', opened);
  await owner.post(`/cases/${file.id}/forget-person`, { person: file.person }, '"0"');
  await eventually(async () => {
    const { body } = await owner.send('/handovers', opened);
    return body.errors?.[0]?.pointer === '/reason';
  });
  const etags = new Map(ways.map(([{ id, etag }]) => [id, etag]));
  for (const [referral, who, action, state] of ways) {
    const done = await who.post(path(referral, action), {}, etags.get(referral.id));
    t.equal(done.body.state, state, action);
    etags.set(referral.id, done.etag);
  }
  const { reason: _, ...silent } = opened;
  const refusing = `/handovers/${offered.body.id}/refuse`;
  t.equal((await receiver.post(refusing, {}, offered.etag)).body.state, 'refused');
  const wanted = await receiver.post('/handovers/ask', { case: file.id });
  const denying = `/handovers/${wanted.body.id}/deny`;
  t.equal((await owner.post(denying, {}, wanted.etag)).body.state, 'denied');
  const bulk = await owner.post('/handovers/bulk', { cases: [file.id], to: receiver.association });
  t.equal(bulk.body.items[0].state, 'requested');
  await owner.post('/reorientations', { case: file.id });
  t.equal((await owner.post('/handovers', silent)).body.state, 'requested');
  await probe.settled();
  const denied = await owner.get(`/handovers/${wanted.body.id}`);
  t.match(denied.body, { state: 'denied', reason: null, answerReason: null });
  const types = (await coordinator.get(`/referrals/${declined.id}/timeline`)).body.items.map(
    ({ type, label }: { type: string; label: string }) => [type, label],
  );
  t.match(types.at(-2), ['referral-reopened.v2', 'Rouverte']);
  t.match(types.at(-1), ['referral-entered-in-error.v2', 'Saisie par erreur']);
});
