import { randomUUID } from 'node:crypto';
import t from 'tap';
import { newCast } from './cast.ts';
import { callerOf, readProbe } from './probe.ts';
import { wholeStory } from './whole.ts';

const probe = await readProbe(t);
const cast = newCast();
const { tell, declined } = await wholeStory(probe, cast);

t.test('an auditor of the owner’s association sees by it what any auditor does', async (t) => {
  const own = callerOf(cast.owner.association, 'auditor');
  await tell.breakGlass(own);
  await probe.settled();
  const { body, text } = await probe.get(`/cases/${tell.caseId}`, own);
  t.equal(body.level, 'break-glass');
  t.match(text, /canary:identity/);
  t.notMatch(text, /canary:(?:goal|private-note|shared-note)/);
});

t.test('who sent a referral reads by it no reason that was not for the sender', async (t) => {
  const [from, to] = [cast.owner.association, cast.receiver.association];
  const moved = { handover: randomUUID(), from, to, previousReferent: tell.referent };
  await tell.part('case-handed-over.v1', async () => ({ ...moved, referent: randomUUID() }));
  const coordinator = callerOf(from, 'coordinator', []);
  await tell.breakGlass(coordinator);
  await probe.settled();
  for (const path of [`/cases/${tell.caseId}`, `/referrals/${declined.id}`]) {
    const seen = await probe.get(path, coordinator);
    t.equal(seen.body.level, 'break-glass');
    t.notMatch(seen.text, /safety_risk/, path);
    t.match((await probe.get(path, callerOf(from, 'auditor'))).text, /safety_risk/, path);
  }
});
