/** What is said to who reads a case, a referral or a handover, and has no part in it. */
import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { serviceProbe } from './service-probe.ts';
import { openFile, refer } from './service-steps.ts';

const probe = await serviceProbe(t);
const [owner, receiver, next, stranger] = [
  await probe.software(),
  await probe.software(),
  await probe.software(),
  await probe.software(),
];
const coordinating = (remit: string[]) => probe.software('coordinator', randomUUID(), remit);

t.test('what somebody reads is not denied to exist when he would change it', async (t) => {
  const file = await openFile(probe, owner, [receiver]);
  const { id, etag } = await refer({ sender: owner, receiver, file }, 'under_review');
  const draft = await refer({ sender: owner, receiver, file }, 'draft');
  const body = { case: file.id, to: next.association, reason: 'Elle part' };
  const offered = await owner.post('/handovers', body);
  await probe.settled();
  const nextCoordinator = await coordinating([next.association]);
  const far = await coordinating([]);
  const handover = `/handovers/${offered.body.id}`;
  t.equal((await nextCoordinator.get(handover)).status, 200);
  for (const [action, asked] of [
    ['refuse', { reason: 'Non' }],
    ['revoke', {}],
  ] as const) {
    const answer = await nextCoordinator.send(`${handover}/${action}`, asked, '"7"');
    t.match(answer, { status: 403, body: { code: 'not-your-part' } }, action);
    t.equal((await far.send(`${handover}/${action}`, asked, '"7"')).status, 404);
  }
  await next.post(`${handover}/accept`, { referent: randomUUID() }, offered.etag);
  await eventually(async () => (await next.get(`/cases/${file.id}`)).body.level === 'owner');
  const note = { text: 'Une note' };
  for (const [who, level] of [
    [next, 'owner'],
    [far, 'coordinator'],
  ] as const) {
    t.match((await who.get(`/referrals/${id}`)).body, { level });
    for (const tag of [etag, '"99"']) {
      const answer = await who.send(`/referrals/${id}/note`, note, tag);
      t.match(answer, { status: 403, body: { code: 'not-your-part' } }, level);
    }
    const hidden = await who.send(`/referrals/${draft.id}/note`, note, draft.etag);
    t.equal(hidden.status, 404, 'of a draft only its side knows');
  }
  t.equal((await stranger.send(`/referrals/${id}/note`, note, etag)).status, 404);
});

t.test('who reads two files and speaks for one merges nothing, and is told so', async (t) => {
  const file = await openFile(probe, owner, [receiver]);
  const own = await openFile(probe, receiver, []);
  const merging = { kept: own.id, absorbed: file.id, reason: 'same_person' };
  t.equal((await receiver.send('/merges', merging)).status, 404, 'not before it reads both');
  await refer({ sender: owner, receiver, file }, 'under_review');
  await probe.settled();
  const answer = await receiver.send('/merges', merging);
  t.match(answer, { status: 403, body: { code: 'not-your-part' } });
  t.equal((await stranger.send('/merges', merging)).status, 404);
  const both = await coordinating([owner.association, receiver.association]);
  t.equal((await both.send('/merges', merging)).status, 201);
});
