import { randomUUID } from 'node:crypto';
import t from 'tap';
import { storyteller } from './case.ts';
import { newCast } from './cast.ts';
import { readProbe } from './probe.ts';
import { wholeStory } from './whole.ts';

const probe = await readProbe(t);

t.test('the export has what was written for the person, and nothing else', async (t) => {
  const cast = newCast();
  const tell = storyteller(probe, cast);
  await tell.open();
  for (const audience of [['person'], ['sender']]) {
    const referral = tell.referral(cast.receiver);
    await referral.draft();
    await referral.send();
    await referral.decline(audience, `for-${audience}`);
  }
  await probe.settled();
  const { body, text } = await probe.get(`/cases/${tell.caseId}/subject-export`, cast.owner);
  t.match(body.referrals, [
    { need: 'canary:need', reason: 'safety_risk', texts: [{ text: 'canary:for-person' }] },
    { need: 'canary:need', reason: null, texts: { length: 0 } },
  ]);
  t.notMatch(text, /for-sender/);
});

t.test(
  'the export tells everything that was passed on, and in whose care the file was',
  async (t) => {
    const cast = newCast();
    const { tell, handover, going } = await wholeStory(probe, cast);
    const [from, to] = [cast.owner.association, cast.decliner.association];
    const parties = { from, to, referent: randomUUID() };
    await probe.append(`handover-${handover}`, async () => ({
      type: 'handover-accepted.v1',
      data: { case: tell.caseId, ...parties },
    }));
    await tell.part('case-handed-over.v1', async () => ({
      ...{ ...parties, handover, previousReferent: tell.referent },
    }));
    await probe.settled();
    const { body, text } = await probe.get(`/cases/${tell.caseId}/subject-export`, cast.decliner);
    t.match(text, /canary:supplied-text/, 'what was written to the receiver about the person');
    t.notMatch(text, /canary:question|canary:referral-note/, 'not what the receiver wrote');
    t.same(
      body.owners.map(({ association }: { association: string }) => association),
      [from, to],
    );
    const shared = body.recipients.find((one: { referral: string }) => one.referral === going.id);
    t.same(shared.categories, ['identity', 'contact'], 'what was given when asked, too');
    const { body: seen } = await probe.get(`/referrals/${going.id}`, cast.receiver);
    t.same(seen.categories, ['identity', 'contact']);
  },
);

t.test('of a household everybody is exported what is about that person alone', async (t) => {
  const cast = newCast();
  const { tell } = await wholeStory(probe, cast);
  const child = randomUUID();
  const name = { givenName: 'canary:child', familyName: null, birthDate: null, sex: null };
  await tell.part('case-person-added.v1', async (seal) => ({
    ...{ person: child, role: 'child', contact: null },
    identity: await seal(child, 'identity', 'identity', name),
  }));
  await probe.settled();
  const path = `/cases/${tell.caseId}/subject-export`;
  const whole = await probe.get(path, cast.owner);
  t.match(whole.text, /canary:child/);
  const ofChild = await probe.get(`${path}?person=${child}`, cast.owner);
  t.same(ofChild.text.match(/canary:[a-z-]+/g), ['canary:child']);
  t.match(ofChild.body, { persons: [{ person: child }], recipients: [], referrals: [] });
  const ofMain = await probe.get(`${path}?person=${tell.person}`, cast.owner);
  t.notMatch(ofMain.text, new RegExp(`canary:child|${child}`));
  t.match(ofMain.text, /canary:why/);
  t.equal((await probe.get(`${path}?person=${randomUUID()}`, cast.owner)).status, 404);
});
