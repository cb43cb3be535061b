import t from 'tap';
import { MasterKeyMissing, readMasterKeys } from './master-key.ts';
import { rewrapKeys } from './postgres-key-store.ts';
import {
  canary,
  masterSecret,
  person,
  place,
  randomSecret,
  vaultDatabase,
  vaultOf,
} from './vault-fixture.ts';
import { KeyBroken } from './wrap.ts';

t.test('processes that make the key of one person at once make one key', async (t) => {
  const database = await vaultDatabase(t);
  const vaults = await Promise.all(Array.from({ length: 4 }, () => vaultOf(t, database)));
  for (let round = 0; round < 10; round++) {
    const [someone, at] = [person(), place()];
    const sealed = await Promise.all(
      vaults.map((vault) => vault.seal(someone, 'identity', canary, at)),
    );
    t.equal(new Set(sealed.map(({ text }) => text)).size, 1);
  }
});

t.test('forgetting while keys are being made leaves no key behind', async (t) => {
  const database = await vaultDatabase(t);
  const [here, there] = [await vaultOf(t, database), await vaultOf(t, database)];
  for (let round = 0; round < 20; round++) {
    const someone = person();
    await Promise.allSettled([
      here.seal(someone, 'identity', canary, place()),
      there.forget(someone),
      here.seal(someone, 'health', canary, place()),
    ]);
  }
  const { rows } = await database.query('select 1 from vault.data_key');
  t.equal(rows.length, 0);
});

t.test('nothing personal and no usable key lies in the tables', async (t) => {
  const database = await vaultDatabase(t);
  const vault = await vaultOf(t, database);
  const sealed = await vault.seal(person(), 'identity', canary, place());
  await vault.matchKey('name', 'canari zebulon zoe');
  t.notMatch(sealed.text, /Zo|Canari/);
  const { rows } = await database.query<{ text: string }>(
    `select coalesce(string_agg(row::text, ' '), '') as text from (
       select data_key::text as row from vault.data_key
       union all select person::text from vault.person
       union all select common_key::text from vault.common_key) rows`,
  );
  const text = rows[0]?.text ?? '';
  t.not(text, '');
  t.notMatch(text, /canari|zebulon/i);
  t.notOk(text.includes(Buffer.from(masterSecret, 'base64url').toString('hex')));
});

t.test('a new master key takes over and the old one can leave', async (t) => {
  const database = await vaultDatabase(t);
  const [someone, gone, at] = [person(), person(), place()];
  const before = await vaultOf(t, database);
  const sealed = await before.seal(someone, 'identity', canary, at);
  await before.seal(gone, 'identity', canary, at);
  const matching = await before.matchKey('phone', '+33612345678');

  const fresh = randomSecret();
  const both = readMasterKeys(`${fresh},${masterSecret}`);
  t.equal(await (await vaultOf(t, database, both)).open(sealed, at), canary);
  await t.rejects(vaultOf(t, database, readMasterKeys(fresh)), MasterKeyMissing);

  t.equal(await rewrapKeys(database, both), 3, 'two data keys and the matching key');
  t.equal(await rewrapKeys(database, both), 0);
  const after = await vaultOf(t, database, readMasterKeys(fresh));
  t.equal(await after.open(sealed, at), canary);
  t.equal(await after.matchKey('phone', '+33612345678'), matching, 'match keys outlive it');
});

t.test('a key put in the place of another one does not open', async (t) => {
  const database = await vaultDatabase(t);
  const vault = await vaultOf(t, database);
  const [one, other, at] = [person(), person(), place()];
  const sealed = await vault.seal(one, 'identity', canary, at);
  await vault.seal(other, 'identity', canary, at);
  await database.query(
    `update vault.data_key set wrapped = (select wrapped from vault.data_key where person = $2)
     where person = $1`,
    [one, other],
  );
  await t.rejects((await vaultOf(t, database)).open(sealed, at), KeyBroken);
});
