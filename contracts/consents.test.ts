import t from 'tap';
import { GiveConsent } from './consents.ts';
import { giveConsent } from './examples.ts';

t.test('the version of a form, which stands in clear, has no room for words', async (t) => {
  const accepts = (formVersion: string) =>
    GiveConsent.safeParse({ ...giveConsent, formVersion }).success;
  for (const version of ['1', '2026-11', 'v2.1_ps']) t.ok(accepts(version), version);
  for (const words of ['', 'Signé par sa sœur', 'form 2', 'é', 'a'.repeat(41)]) {
    t.notOk(accepts(words), words);
  }
});
