import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import t from 'tap';
import { openDatabase } from './database.ts';
import { freshDatabase } from './fresh-database.ts';
import { migrate } from './migrate.ts';

const people = {
  '1-people.sql': 'create table person (id int primary key);\ninsert into person values (1);',
};

t.test('migrations apply once, in the order of their numbers', async (t) => {
  const { database } = await freshDatabase(t);
  const migrations = t.testdir({
    ...people,
    '10-later.sql': 'alter table person add column town text;',
    '2-age.sql': 'alter table person add column age int;',
    'notes.md': 'not a migration',
  });
  const options = { schema: 'own place', migrations };
  t.same(await migrate(database, options), ['1-people.sql', '2-age.sql', '10-later.sql']);
  t.same(await migrate(database, options), []);
  t.same((await database.query('select * from "own place".person')).rows, [
    { id: 1, age: null, town: null },
  ]);
  await writeFile(join(migrations, '11-more.sql'), 'insert into person values (2);');
  t.same(await migrate(database, options), ['11-more.sql']);
});

t.test('processes that start at once apply each migration once', async (t) => {
  const { url, database } = await freshDatabase(t);
  const migrations = t.testdir(people);
  const others = Array.from({ length: 6 }, () => openDatabase({ url, max: 1 }));
  t.teardown(() => Promise.all(others.map((other) => other.close())).then(() => undefined));
  const applied = await Promise.all(
    others.map((other, index) => migrate(other, { schema: `s${index % 2}`, migrations })),
  );
  t.same(applied.flat(), ['1-people.sql', '1-people.sql'], 'once per schema');
  t.equal((await database.query('select from s0.person')).rowCount, 1);
});

t.test('a migration that was applied may not change or vanish', async (t) => {
  const { database } = await freshDatabase(t);
  const options = { schema: 'people', migrations: t.testdir(people) };
  await migrate(database, options);
  const crlf = people['1-people.sql'].replaceAll('\n', '\r\n');
  await t.resolves(
    migrate(database, { ...options, migrations: t.testdir({ '1-people.sql': crlf }) }),
  );
  const changed = {
    '1-people.sql': 'create table person (id bigint);',
    '2-more.sql': 'create table more ();',
  };
  await t.rejects(
    migrate(database, { ...options, migrations: t.testdir(changed) }),
    /people\/1-people\.sql has changed/,
  );
  await t.rejects(
    migrate(database, { ...options, migrations: t.testdir({ '2-more.sql': 'select 1' }) }),
    /this version of the code does not have it/,
  );
  t.same((await database.query("select to_regclass('people.more') as more")).rows, [
    { more: null },
  ]);
});

t.test('a migration that fails changes nothing and says which it was', async (t) => {
  const { database } = await freshDatabase(t, { max: 1 });
  const migrations = t.testdir({
    ...people,
    '2-broken.sql': 'create table half (); select nonsense;',
  });
  await t.rejects(
    migrate(database, { schema: 'people', migrations }),
    /2-broken\.sql failed.*nonsense/,
  );
  t.same((await database.query("select to_regnamespace('people') as made")).rows, [{ made: null }]);
});

t.test('names without a number and numbers given twice are refused', async (t) => {
  const { database } = await freshDatabase(t);
  const twice = t.testdir({ '1-a.sql': 'select 1', '01-b.sql': 'select 1' });
  await t.rejects(migrate(database, { schema: 's', migrations: twice }), /two migrations/);
  const unnumbered = t.testdir({ 'a.sql': 'select 1' });
  await t.rejects(
    migrate(database, { schema: 's', migrations: unnumbered }),
    /start with a number/,
  );
});
