import { randomUUID } from 'node:crypto';
import { PersonId } from '@relais/contracts/ids';
import { AddReferralNote } from '@relais/contracts/referrals';
import { HttpProblem } from '@relais/http/problem';
import { sealForOneOf } from '@relais/service/sealing';
import t from 'tap';
import { openStage } from './reactions/stage.ts';

t.test('a text about several persons is sealed for one who was not forgotten', async (t) => {
  const { vault } = await openStage(t);
  const [gone, here] = [PersonId.parse(randomUUID()), PersonId.parse(randomUUID())];
  await vault.forget(gone);
  const body = AddReferralNote.parse({ text: 'à propos des deux' });
  const place = { stream: 'referral-x', commandId: randomUUID(), type: 'referral-note-added.v1' };
  const { text } = await sealForOneOf(vault, body, place, [gone, here]);
  t.equal(text.person, here);
  const refused = sealForOneOf(vault, body, place, [gone]).catch((error: unknown) => error);
  const error = await refused;
  t.ok(error instanceof HttpProblem && error.code === 'person-forgotten');
});
