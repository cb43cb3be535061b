import { randomUUID } from 'node:crypto';
import { ConsentId } from '@relais/contracts/ids';
import t from 'tap';
import { given } from '../fixture.ts';
import { accepted, openFile, send } from './histories.ts';
import { openStage } from './stage.ts';

const stage = await openStage(t);
stage.project();
stage.react();
await stage.settled();

const last = async (stream: string) => (await stage.read(stream)).at(-1);

t.test('what a later consent withholds is taken back from who has not accepted', async (t) => {
  const file = await openFile(stage);
  const waiting = await send(stage, file);
  const served = await send(stage, file);
  await stage.write(served.stream, accepted(served));
  const consent = ConsentId.parse(randomUUID());
  const withheld = [{ category: 'housing' as const, why: null }];
  await stage.write(file.consents, given({ consent, categories: ['identity'], withheld }));
  await stage.settled();
  t.match(await last(waiting.stream), {
    type: 'referral-withdrawn.v1',
    data: { reason: 'consent_lapsed' },
    metadata: { actor: 'system:consent-narrowed' },
  });
  t.match(await last(served.stream), { type: 'referral-accepted.v1' });
});
