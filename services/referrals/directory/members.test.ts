import { randomUUID } from 'node:crypto';
import t from 'tap';
import { type Asked, serviceProbe } from '../service-probe.ts';
import { identity, narrow, openFile, publish, refer, register, theme } from '../service-steps.ts';

const probe = await serviceProbe(t);
const owner = await probe.software();
const person = { role: 'main', identity };
const opening = { kind: 'person', referent: randomUUID(), persons: [person] };

/** Asks until it is answered like that, within a second: what is refused follows the log. */
async function within(ask: () => Promise<Asked>, status: number): Promise<Asked> {
  const deadline = performance.now() + 1_000;
  for (;;) {
    const answer = await ask();
    if (answer.status === status || performance.now() > deadline) return answer;
    await new Promise(setImmediate);
  }
}

t.test('a union, party or institution sees no case, whatever it asks', async (t) => {
  for (const kind of ['union', 'party', 'institution'] as const) {
    for (const role of ['partner', 'coordinator', 'auditor'] as const) {
      const member = await probe.software(role, randomUUID(), [owner.association]);
      await register(probe, member.association);
      const file = await openFile(probe, owner, [member]);
      const between = { sender: owner, receiver: member, file };
      const referral = await refer(between, 'sent');
      await register(probe, member.association, kind);
      const paths = [`/cases/${file.id}`, `/referrals/${referral.id}`, `/timelines/${file.id}`];
      for (const path of [...paths, '/associations']) {
        const { body } = await within(() => member.get(path), 403);
        t.equal(body.code, 'not-an-association', `${kind} ${role} ${path}`);
      }
      if (role === 'auditor') continue;
      const accepted = await member.send(`/referrals/${referral.id}/accept`, {}, referral.etag);
      t.equal(accepted.body.code, 'not-an-association');
      t.equal((await member.send('/cases', opening)).body.code, 'not-an-association');
    }
  }
});

t.test(
  'an association that becomes a union, or leaves, loses its cases within a second',
  async (t) => {
    const member = await probe.software();
    const { association } = member;
    await register(probe, association);
    const { body } = await member.post('/cases', opening);
    const facts = { association, name: 'Devenu syndicat', themes: [theme], communes: [] };
    const changed = { ...facts, acceptsOpenReferrals: true, languages: ['fr'] };
    const change = (kind: string) =>
      probe.append(`association-${association}`, 'association-changed.v1', { ...changed, kind });
    const read = () => member.get(`/cases/${body.id}`);
    await change('union');
    t.equal((await within(read, 403)).body.code, 'not-an-association');
    await change('association');
    t.equal((await within(read, 200)).body.level, 'owner');
    await probe.append(`association-${association}`, 'association-left.v1', { association });
    t.equal((await within(read, 403)).body.code, 'no-longer-a-member');
  },
);

t.test('an administrator of whatever kind reads the directory, and no case', async (t) => {
  const administrator = await probe.software('administrator');
  await register(probe, administrator.association, 'institution');
  await publish(probe, owner);
  t.equal((await administrator.get('/offers')).status, 200);
  t.equal((await administrator.get(`/cases/${randomUUID()}`)).status, 403);
});

t.test('neither a case nor a referral goes to a union, to who left, or to nobody', async (t) => {
  const receiver = await probe.software();
  const file = await openFile(probe, owner, [receiver]);
  const sent = await refer({ sender: owner, receiver, file }, 'sent');
  const late = await refer({ sender: owner, receiver, file }, 'draft');
  const [union, left] = [await probe.software(), receiver];
  await register(probe, union.association, 'union');
  const refusals = async (association: string) => {
    const target = { to: 'association', association };
    const draft = { case: file.id, persons: [file.person], kind: 'service', themes: [theme] };
    const { body } = await owner.send('/referrals', { ...draft, need: 'Un toit', target });
    const offered = { reason: 'Elle part', to: association };
    const handover = await owner.send('/handovers', { case: file.id, ...offered });
    const bulk = await owner.send('/handovers/bulk', { cases: [file.id], ...offered });
    return [body.code, handover.body.code, bulk.body.items[0].code];
  };
  const unknown = ['association-unknown', 'association-unknown', 'association-unknown'];
  t.same(await refusals(union.association), unknown);
  t.same(await refusals(randomUUID()), unknown);
  const to = { target: { to: 'association', association: union.association } };
  const redirected = await receiver.send(`/referrals/${sent.id}/redirect`, to, sent.etag);
  t.match(redirected, { status: 422, body: { code: 'association-unknown' } });
  const { association } = left;
  await probe.append(`association-${association}`, 'association-left.v1', { association });
  t.same(await refusals(association), unknown);
  const draft = await owner.send(`/referrals/${late.id}/send`, {}, late.etag);
  t.match(draft, { status: 422, body: { code: 'association-unknown' } });
});

t.test('an offer for named members is found, named and sent to by them alone', async (t) => {
  const [sender, receiver, stranger] = [
    await probe.software(),
    await probe.software(),
    await probe.software(),
  ];
  for (const one of [sender, receiver, stranger]) await register(probe, one.association);
  const offer = await publish(probe, receiver, null, [sender.association]);
  const own = await publish(probe, receiver, null, [receiver.association]);
  const target = { to: 'offer', offer };
  const lists = async (software: typeof sender) => {
    await probe.settled();
    const { body } = await software.get(`/offers?association=${receiver.association}`);
    return body.items.map(({ id }: { id: string }) => id);
  };
  t.same(await lists(sender), [offer]);
  t.same((await lists(receiver)).sort(), [offer, own].sort());
  t.same(await lists(stranger), []);

  const drafting = async (by: typeof sender, named: string) => {
    const file = await openFile(probe, by, [receiver]);
    const draft = { case: file.id, persons: [file.person], kind: 'service', themes: [theme] };
    return by.send('/referrals', {
      ...draft,
      need: 'Un toit',
      target: { to: 'offer', offer: named },
    });
  };
  const telling = ({ status, body: { instance: _, ...body } }: Asked) => ({ status, body });
  const unknown = telling(await drafting(stranger, randomUUID()));
  t.match(unknown, { status: 422, body: { code: 'offer-unknown' } });
  t.same(telling(await drafting(stranger, offer)), unknown);
  t.same(telling(await drafting(sender, own)), unknown);

  const file = await openFile(probe, sender, [receiver]);
  const between = { sender, receiver, file };
  const late = await refer(between, 'draft', target);
  const sent = await refer(between, 'sent', target);
  const to = { target: { to: 'offer', offer: own } };
  const redirected = await receiver.send(`/referrals/${sent.id}/redirect`, to, sent.etag);
  t.match(redirected, { status: 422, body: { code: 'offer-unknown' } });
  await narrow(probe, offer, receiver.association);
  t.same(await lists(sender), []);
  const refused = await sender.send(`/referrals/${late.id}/send`, {}, late.etag);
  t.match(refused, { status: 422, body: { code: 'offer-unknown' } });
  const accepted = await receiver.send(`/referrals/${sent.id}/accept`, {}, sent.etag);
  t.equal(accepted.status, 200, 'what was sent goes on');
});
