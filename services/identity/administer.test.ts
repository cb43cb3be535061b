import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AssociationId } from '@relais/contracts/ids';
import { startEmbedded } from '@relais/postgres/embedded';
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

t.test('the platform of a data folder needs no addresses in the environment', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'relais-administer-'));
  // As root another account serves the data and has to pass through.
  await chmod(dataDir, 0o711);
  await writeFile(join(dataDir, 'master-key'), `${randomBytes(32).toString('base64url')}\n`);
  const server = await startEmbedded({ dataDir: join(dataDir, 'postgres') });
  t.teardown(async () => {
    await server.remove();
    await rm(dataDir, { recursive: true, force: true });
  });
  const run = async (path: string, ...given: string[]) => {
    const script = new URL(path, import.meta.url).pathname;
    const all = [script, ...given, '--data-dir', dataDir];
    return (await promisify(execFile)(process.execPath, all, { env: {} })).stdout;
  };
  t.match(await run('./administer.ts', 'rotate-key'), 'signs in 600 seconds');
  t.match(await run('../../scripts/rewrap-keys.ts'), '0 keys are wrapped by');
});
