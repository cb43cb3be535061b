import { setTimeout as delay } from 'node:timers/promises';
import t from 'tap';
import { SealBroken } from './cipher.ts';
import { postgresKeyStore } from './postgres-key-store.ts';
import { openVault, PersonForgotten, TextUnsealable } from './vault.ts';
import { canary, masters, person, place, vaultDatabase, vaultOf } from './vault-fixture.ts';

t.test('what one process seals another one opens, and nothing else does', async (t) => {
  const database = await vaultDatabase(t);
  const [here, there] = [await vaultOf(t, database), await vaultOf(t, database)];
  const [someone, at] = [person(), place()];
  const sealed = await here.seal(someone, 'identity', canary, at);
  t.equal(await there.open(sealed, at), canary);
  t.same(await there.seal(someone, 'identity', canary, at), sealed, 'a retry gives the same bytes');
  await t.rejects(there.open(sealed, place()), SealBroken);
  await t.rejects(there.open({ ...sealed, category: 'health' }, at), SealBroken);
  await t.rejects(there.open({ ...sealed, person: person() }, at), SealBroken);
  await t.rejects(here.seal(someone, 'identity', 'a\ud800', at), TextUnsealable);
  await t.rejects(here.seal(someone, 'identity', 'é'.repeat(30_000), at), TextUnsealable);
});

t.test(
  'many texts of many persons open in their order, the forgotten ones as nothing',
  async (t) => {
    const database = await vaultDatabase(t);
    const vault = await vaultOf(t, database);
    const persons = Array.from({ length: 40 }, person);
    const texts = persons.map((someone, index) => ({
      person: someone,
      category: 'contact' as const,
      plaintext: `${canary} ${index}`,
      at: place(),
    }));
    const sealed = await vault.sealMany(texts);
    await vault.forget(persons[7] ?? person());
    const reader = await vaultOf(t, database);
    const opened = await reader.openMany(
      sealed.map((text, index) => ({ sealed: text, at: texts[index]?.at ?? place() })),
    );
    t.same(
      opened,
      texts.map(({ plaintext }, index) => (index === 7 ? undefined : plaintext)),
    );
  },
);

t.test('a forgotten person is forgotten in every process within a second, for ever', async (t) => {
  const database = await vaultDatabase(t);
  const [here, there] = [await vaultOf(t, database), await vaultOf(t, database)];
  const [someone, other, at] = [person(), person(), place()];
  const sealed = await here.seal(someone, 'identity', canary, at);
  const note = await here.seal(someone, 'health', canary, at);
  const kept = await here.seal(other, 'identity', canary, at);
  t.equal(await there.open(sealed, at), canary, 'its key is in memory there');
  t.equal(await there.open(note, at), canary);

  await here.forget(someone);
  t.equal(await here.open(sealed, at), undefined);
  await until(1_000, async () => (await there.open(sealed, at)) === undefined);
  t.equal(await there.open(note, at), undefined);
  t.equal(await there.open(kept, at), canary);
  await t.rejects(there.seal(someone, 'identity', canary, at), PersonForgotten);
  await t.rejects(here.seal(someone, 'social', canary, at), PersonForgotten);
  await here.forget(someone);
  const { rows } = await database.query('select 1 from vault.data_key where person = $1', [
    someone,
  ]);
  t.equal(rows.length, 0);

  const never = person();
  await here.forget(never);
  await t.rejects(there.seal(never, 'identity', canary, at), PersonForgotten);
});

t.test('without a notification, the age of a key in memory ends it', async (t) => {
  const database = await vaultDatabase(t);
  const store = postgresKeyStore(database, masters);
  let milliseconds = 0;
  const vault = await openVault({
    keyStore: { ...store, onForgotten: async () => undefined },
    now: () => milliseconds,
  });
  t.teardown(() => vault.close());
  const [someone, at] = [person(), place()];
  const sealed = await vault.seal(someone, 'identity', canary, at);
  await store.forget(someone);
  milliseconds = 29_999;
  t.equal(await vault.open(sealed, at), canary);
  milliseconds = 30_000;
  t.equal(await vault.open(sealed, at), undefined);
  await t.rejects(openVault({ keyStore: store, cacheSeconds: 31 }), RangeError);
});

t.test('a key on its way while its person is forgotten is not kept', async (t) => {
  const database = await vaultDatabase(t);
  const store = postgresKeyStore(database, masters);
  const [someone, at] = [person(), place()];
  const sealed = await (await vaultOf(t, database)).seal(someone, 'identity', canary, at);
  const [read, go] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const reader = await openVault({
    keyStore: {
      ...store,
      find: async (names) => {
        const keys = await store.find(names);
        read.resolve();
        await go.promise;
        return keys;
      },
    },
  });
  t.teardown(() => reader.close());
  const early = reader.open(sealed, at);
  await read.promise;
  await reader.forget(someone);
  go.resolve();
  t.equal(await early, canary, 'it was asked before');
  t.equal(await reader.open(sealed, at), undefined);
});

t.test('match keys tell kinds apart and need the key', async (t) => {
  const one = await vaultOf(t, await vaultDatabase(t));
  const other = await vaultOf(t, await vaultDatabase(t));
  const key = await one.matchKey('name', 'awa');
  t.equal(await one.matchKey('name', 'awa'), key);
  t.not(await one.matchKey('phone', 'awa'), key);
  t.not(await other.matchKey('name', 'awa'), key);
});

async function until(withinMs: number, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`not so within ${withinMs} ms`);
    await delay(10);
  }
}
