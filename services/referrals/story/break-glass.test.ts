import t from 'tap';
import { newCast } from './cast.ts';
import { callerOf, readProbe } from './probe.ts';
import { wholeStory } from './whole.ts';

const probe = await readProbe(t);
const cast = newCast();
const { tell } = await wholeStory(probe, cast);

t.test('an auditor of the owner’s association sees by it what any auditor does', async (t) => {
  const own = callerOf(cast.owner.association, 'auditor');
  await tell.breakGlass(own);
  await probe.settled();
  const { body, text } = await probe.get(`/cases/${tell.caseId}`, own);
  t.equal(body.level, 'break-glass');
  t.match(text, /canary:identity/);
  t.notMatch(text, /canary:(?:goal|private-note|shared-note)/);
});
