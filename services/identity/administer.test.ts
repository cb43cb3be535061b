import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { AssociationId } from '@relais/contracts/ids';
import t from 'tap';
import { issuerStore } from './issuer/issuer-probe.ts';
import { findEnabledClient, readAssociation } from './registry.ts';

const { log, url, database } = await issuerStore(t);
const env = {
  DATABASE_URL: url,
  RELAIS_MASTER_KEY: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url'),
};
const file = new URL('./administer.ts', import.meta.url).pathname;
const administer = async (...given: string[]) =>
  (await promisify(execFile)(process.execPath, [file, ...given], { env })).stdout;

t.test('the first administrator comes from a local command, which may be repeated', async (t) => {
  const given = ['bootstrap', '--name', 'Carrefour', '--keys', t.testdir()];
  const said = await administer(...given);
  t.equal(await administer(...given), said);
  const [, association = '', client = ''] = /association (\S+)\nclient (\S+)/.exec(said) ?? [];
  const { state } = await readAssociation(log, AssociationId.parse(association));
  t.match(state, { carrier: true, profile: { name: 'Carrefour' } });
  t.match(await findEnabledClient(log, client), { state: { role: 'administrator' } });
});

t.test('rotation makes a key; without a command it tells how', async (t) => {
  await administer('rotate-key');
  await administer('rotate-key', '--at-once');
  const { rows } = await database.query('select 1 from identity.signing_key');
  t.equal(rows.length, 1);
  t.match(await administer(), 'rotate-key');
  await t.rejects(administer('no-such-command'), { code: 2 });
});
