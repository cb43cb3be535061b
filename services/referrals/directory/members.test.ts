import { randomUUID } from 'node:crypto';
import t from 'tap';
import { type Asked, serviceProbe } from '../service-probe.ts';
import { identity, openFile, publish, refer, register, theme } from '../service-steps.ts';

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
      await register(probe, member.association, kind);
      const file = await openFile(probe, owner, [member]);
      const between = { sender: owner, receiver: member, file };
      const referral = await refer(between, 'sent');
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
