import { randomUUID } from 'node:crypto';
import t from 'tap';
import registered from '../../../contracts/samples/organisation-registered.v1.json' with {
  type: 'json',
};
import { serviceProbe } from '../service-probe.ts';
import { openFile, publish, refer, register, theme } from '../service-steps.ts';

const probe = await serviceProbe(t);
const [owner, receiver] = [await probe.software(), await probe.software()];
for (const one of [owner, receiver]) await register(probe, one.association);

async function offersOf(association: string): Promise<string[]> {
  await probe.settled();
  const { body } = await owner.get(`/offers?association=${association}`);
  return body.items.map(({ id }: { id: string }) => id);
}

t.test('what a retired organisation offers is not named any more, and goes on', async (t) => {
  const organisation = randomUUID();
  const { association } = receiver;
  const keeping = { organisation, association };
  const tell = (type: string, data: object = keeping) =>
    probe.append(`organisation-${organisation}`, type, data);
  const terms = { ...registered, ...keeping, contact: null };
  await tell('organisation-registered.v1', terms);
  const offer = await publish(probe, receiver, null, null, organisation);
  const file = await openFile(probe, owner, [receiver]);
  const between = { sender: owner, receiver, file };
  const target = { to: 'offer', offer };
  const late = await refer(between, 'draft', target);
  const sent = await refer(between, 'sent', target);
  t.same(await offersOf(association), [offer]);

  await tell('organisation-retired.v1');
  await tell('organisation-contact-forgotten.v1');
  t.same(await offersOf(association), []);
  const draft = { case: file.id, persons: [file.person], kind: 'service', themes: [theme], target };
  const drafted = await owner.send('/referrals', { ...draft, need: 'Un toit' });
  t.match(drafted, { status: 422, body: { code: 'offer-unknown' } });
  const refused = await owner.send(`/referrals/${late.id}/send`, {}, late.etag);
  t.match(refused, { status: 422, body: { code: 'offer-unknown' } });
  const accepted = await receiver.send(`/referrals/${sent.id}/accept`, {}, sent.etag);
  t.equal(accepted.status, 200, 'what was sent goes on');

  await tell('organisation-changed.v1', terms);
  t.same(await offersOf(association), [offer], 'listed again, it is there again');
});

t.test(
  'offers of an association that left are not listed: none of them can be named',
  async (t) => {
    const leaving = await probe.software();
    const { association } = leaving;
    await register(probe, association);
    const offer = await publish(probe, leaving);
    t.same(await offersOf(association), [offer]);
    await probe.append(`association-${association}`, 'association-left.v1', { association });
    t.same(await offersOf(association), []);
  },
);
