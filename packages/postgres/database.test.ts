import t from 'tap';
import { openDatabase } from './database.ts';
import { freshDatabase } from './fresh-database.ts';
import { terminateOthers, until } from './probe.ts';

t.test('columns become values that lose nothing', async (t) => {
  const { database } = await freshDatabase(t);
  const { rows } = await database.query(
    `select 9007199254740993::int8 as big, array[1, null]::int8[] as bigs, 1.50::numeric as exact,
       '{"a": [1]}'::jsonb as json, timestamptz '2026-11-22 03:04:05.678901+02' as at,
       timestamptz '2026-01-01 00:00:00+00' as whole, array[timestamptz '2026-01-01'] as ats,
       timestamptz 'infinity' as ever, date '2024-02-29' as day, array[date '2024-02-29'] as days,
       timestamp '2024-02-29 01:02:03' as wall, null::int8 as nothing, 7 as small`,
  );
  t.same(rows, [
    {
      big: 9007199254740993n,
      bigs: [1n, null],
      exact: '1.50',
      json: { a: [1] },
      at: '2026-11-22T01:04:05.678Z',
      whole: '2026-01-01T00:00:00.000Z',
      ats: ['2026-01-01T00:00:00.000Z'],
      ever: 'infinity',
      day: '2024-02-29',
      days: ['2024-02-29'],
      wall: '2024-02-29 01:02:03',
      nothing: null,
      small: 7,
    },
  ]);
  t.equal(typeof rows[0]?.big, 'bigint');
});

t.test('values are bound as they are, and a named statement is prepared once', async (t) => {
  const { database } = await freshDatabase(t, { max: 1 });
  const at = new Date('2026-11-22T01:02:03.004Z');
  for (const big of [1n, 2n ** 62n]) {
    const { rows, rowCount } = await database.query(
      'select $1::int8 as big, $2::jsonb as json, $3::int8[] as bigs, $4::timestamptz as at',
      [big, { a: 'b' }, [big, 0n], at],
      'bound',
    );
    t.same(rows, [{ big, json: { a: 'b' }, bigs: [big, 0n], at: at.toISOString() }]);
    t.equal(rowCount, 1);
  }
  const { rows } = await database.query('select name from pg_prepared_statements');
  t.same(rows, [{ name: 'bound' }]);
});

t.test('a transaction commits whole or not at all, and its connection serves on', async (t) => {
  const { database } = await freshDatabase(t, { max: 1 });
  await database.query('create table thing (id int primary key)');
  const backend = async () => (await database.query('select pg_backend_pid() as pid')).rows[0];
  const before = await backend();
  const answer = await database.transaction(async (sql) => {
    await sql.query('insert into thing values (1)');
    return 'committed';
  });
  t.equal(answer, 'committed');
  const reason = new Error('changed my mind');
  await t.rejects(
    database.transaction(async (sql) => {
      await sql.query('insert into thing values (2)');
      throw reason;
    }),
    reason,
  );
  await t.rejects(database.query('insert into thing values (1)'), { code: '23505' });
  await t.rejects(
    database.transaction(async (sql) => {
      await sql.query('insert into thing values (3)');
      await sql.query('insert into thing values (1)').catch(() => undefined);
    }),
    /rolled back/,
    'a swallowed error does not pass for a commit',
  );
  t.same((await database.query('select id from thing')).rows, [{ id: 1 }]);
  t.same(await backend(), before, 'the connection was good all along');
});

t.test(
  'statements that travel together, rows of a copy among them, keep their order',
  async (t) => {
    const { database } = await freshDatabase(t, { max: 1 });
    await database.query('create table thing (id int primary key)');
    const insert = (rows: string) =>
      database.transaction((sql) =>
        Promise.all([
          sql.query('delete from thing where id = $1', [1]),
          sql.copy('copy thing from stdin', rows),
          sql.query<{ n: bigint }>('select count(*) as n from thing'),
        ]),
      );
    for (const n of [2n, 3n]) t.same((await insert(`1\n${n}\n`))[2].rows, [{ n }]);
    for (const bad of ['4\n2\n', 'five\n']) await t.rejects(insert(bad), { code: /23505|22P02/ });
    t.same((await database.query('select max(id) from thing')).rows, [{ max: 3 }]);
  },
);

t.test('a transaction that is over takes no more statements', async (t) => {
  const { database } = await freshDatabase(t);
  const escaped = await database.transaction(async (sql) => sql);
  await t.rejects(escaped.query('select 1'), /transaction is over/);
  await t.rejects(escaped.copy('copy thing from stdin', ''), /transaction is over/);
});

t.test('a connection that breaks is replaced', async (t) => {
  const { url, database } = await freshDatabase(t, { max: 1 });
  const other = openDatabase({ url, max: 1 });
  t.teardown(() => other.close());
  await t.rejects(
    database.transaction(async (sql) => {
      await sql.query('create table lost ()');
      await terminateOthers(other);
      await sql.query('select 1');
    }),
  );
  t.same((await database.query("select to_regclass('lost') as lost")).rows, [{ lost: null }]);
  await database.query('select 1');
  await terminateOthers(other);
  // The pool hears of it in its own time; no error escapes meanwhile.
  await until(() =>
    database.query('select 1').then(
      () => true,
      () => false,
    ),
  );
  t.equal((await database.query('select 1 as one')).rowCount, 1);
});

t.test('settings travel with every connection', async (t) => {
  const { url } = await freshDatabase(t);
  const withOptions = new URL(url);
  withOptions.searchParams.set('options', '-c work_mem=5MB');
  const database = openDatabase({
    url: withOptions.href,
    max: 1,
    searchPath: ['a b', 'public'],
    applicationName: 'my service',
    statementTimeoutMs: 50,
    synchronousCommit: false,
  });
  t.teardown(() => database.close());
  const { rows } = await database.query(
    `select current_setting('search_path') as path, current_setting('application_name') as name,
       current_setting('synchronous_commit') as sync, current_setting('work_mem') as memory`,
  );
  t.same(rows, [{ path: '"a b","public"', name: 'my service', sync: 'off', memory: '5MB' }]);
  await t.rejects(database.query('select pg_sleep(5)'), { code: '57014' });
});

t.test('a query waits for a connection only so long', async (t) => {
  const { url } = await freshDatabase(t);
  const database = openDatabase({ url, max: 1, connectTimeoutMs: 1_000 });
  t.teardown(() => database.close());
  const client = await database.client();
  await t.rejects(database.query('select 1'), /timeout/);
  client.release();
  t.equal((await database.query('select 1')).rowCount, 1);
});
