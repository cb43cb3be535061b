import { randomBytes } from 'node:crypto';
import t from 'tap';
import { identityConfig } from './config.ts';

const good = {
  DATABASE_URL: 'postgres://relais:secret@127.0.0.1:5432/relais',
  RELAIS_MASTER_KEY: randomBytes(32).toString('base64url'),
  RELAIS_ISSUER: 'http://127.0.0.1:4100',
};

t.test('defaults are loopback and a free port', async (t) => {
  t.match(identityConfig(good), { RELAIS_HOST: '127.0.0.1', RELAIS_SERVICE_PORT: 0 });
});

t.test('every wrong setting is named and none is shown', async (t) => {
  const secret = 'short-secret';
  try {
    identityConfig({ RELAIS_MASTER_KEY: secret, RELAIS_ISSUER: 'http://127.0.0.1/' });
    t.fail('it was taken');
  } catch (error) {
    const { message } = error as Error;
    for (const name of ['DATABASE_URL', 'RELAIS_MASTER_KEY', 'RELAIS_ISSUER']) {
      t.match(message, name);
    }
    t.notOk(message.includes(secret));
  }
});

t.test('production wants to be told that the embedded issuer is meant', async (t) => {
  const https = { ...good, RELAIS_ISSUER: 'https://identity.example.org' };
  for (const mode of [{ NODE_ENV: 'production' }, { RELAIS_MODE: 'production' }]) {
    t.throws(() => identityConfig({ ...https, ...mode }), { name: 'EmbeddedIssuerRefused' });
    const allowed = { ...mode, RELAIS_EMBEDDED_ISSUER: 'allow' };
    t.doesNotThrow(() => identityConfig({ ...https, ...allowed }));
    t.throws(() => identityConfig({ ...good, ...allowed }), { name: 'EmbeddedIssuerRefused' });
  }
  const misspelt = { ...https, RELAIS_MODE: 'prod' };
  t.throws(() => identityConfig(misspelt), /RELAIS_MODE/, 'a slip is no development');
});

t.test('an issuer is an address that paths can follow', async (t) => {
  for (const issuer of ['https://a.example/', 'https://a.example?b=c', 'https://a.example#d']) {
    t.throws(() => identityConfig({ ...good, RELAIS_ISSUER: issuer }), /RELAIS_ISSUER/, issuer);
  }
});
