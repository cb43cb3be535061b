import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openLog } from '@relais/event-log/open-log';
import { freshDatabase } from '@relais/postgres/fresh-database';
import t from 'tap';

const script = new URL('./rebuild.ts', import.meta.url).pathname;
const { url, database } = await freshDatabase(t);
const masterKey = randomBytes(32).toString('base64url');
const dataDir = t.testdir({ 'master-key': `${masterKey}\n` });
const rebuild = async (...given: string[]) => {
  const all = [script, '--data-dir', dataDir, ...given];
  const { stdout } = await promisify(execFile)(process.execPath, all, {
    env: { DATABASE_URL: url },
  });
  return stdout;
};
const schemas = async () => {
  const { rows } = await database.query<{ name: string }>(
    `select nspname::text as name from pg_namespace where nspname ~ '^referrals_' order by name`,
  );
  return rows.map(({ name }) => name);
};

t.test('a service is built again with all its read models, or one of them alone', async (t) => {
  const said = await rebuild('referrals');
  t.match(said, 'referrals: built again');
  t.match(said, 'referrals_match: built again');
  const both = await schemas();
  t.equal(both.length, 2);
  await rebuild('--retire', both[1] ?? '');
  t.same(await schemas(), [both[0]]);
  await t.rejects(rebuild('nothing'), { code: 2 });
  const never = rebuild('--retire', 'referrals_1000');
  await t.rejects(never, { code: 1, stderr: 'there is no read model referrals_1000\n' });
  await t.rejects(rebuild('--retired'), {
    code: 2,
    stderr: /^Unknown option '--retired'\.? [^\n]*\n$/,
  });
});

t.test('the model that compares sealed texts cannot be built without a master key', async (t) => {
  const without = rebuild('--data-dir', join(dataDir, 'nowhere'), 'referrals_match');
  await t.rejects(without, { message: 'RELAIS_MASTER_KEY is not set' });
});

t.test('after a move the consumers belong to the store of the environment', async (t) => {
  await database.query("update event_log.store set kind = 'eventstoredb'");
  await database.query(
    "insert into event_log.consumer (name, position) values ('referrals-deadlines', 4711)",
  );
  await t.rejects(openLog({ database }), { name: 'LogMoved' });
  await t.rejects(rebuild('identity'), { message: '--after-move' });
  const said = await rebuild('--after-move');
  t.match(said, 'referrals-deadlines: goes on from 0');
  t.match(said, 'belong to the log in postgres now');
  await (await openLog({ database })).close();
});
