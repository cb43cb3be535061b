import { join } from 'node:path';
import { obtainClientKey } from '@relais/identity/client-key';
import { freePort } from '@relais/postgres/embedded';
import t from 'tap';
import { member } from './platform.ts';

t.test('a script that calls a platform which is not there says so', async (t) => {
  const keyFile = join(t.testdir(), 'client.json');
  await obtainClientKey(keyFile);
  const issuer = `http://127.0.0.1:${await freePort()}`;
  const client = {
    organisation: 'cimade',
    association: '',
    role: 'partner',
    clientId: '',
    keyFile,
  };
  const platform = { services: { referrals: issuer }, issuer, clients: [client] };
  const caller = member(platform, 'referrals', 'cimade');
  const works = [caller.token(), caller.get('/v1/inbox'), caller.post('/v1/cases', {})];
  for (const work of works) {
    await t.rejects(work as Promise<unknown>, {
      message: `${issuer} does not answer: is it running?`,
    });
  }
});
