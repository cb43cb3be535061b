import t from 'tap';
import { openDatabase } from './database.ts';
import { freshDatabase } from './fresh-database.ts';
import { terminateOthers, until } from './probe.ts';

t.test('a listener hears, comes back by itself and ends with its signal', async (t) => {
  const { database } = await freshDatabase(t);
  const heard: (string | undefined)[] = [];
  const abort = new AbortController();
  await database.listen('news', (payload) => heard.push(payload), abort.signal);
  t.same(heard, [undefined]);
  await database.query("select pg_notify('news', 'one')");
  await until(() => heard.includes('one'));
  await terminateOthers(database);
  await until(() => heard.filter((payload) => payload === undefined).length === 2);
  await database.query("select pg_notify('news', 'two')");
  await until(() => heard.includes('two'));
  abort.abort();
  await until(async () => {
    const { rows } = await database.query(
      "select from pg_stat_activity where datname = current_database() and query like 'listen%'",
    );
    return rows.length === 0;
  });
  await database.query("select pg_notify('news', 'three')");
  t.same(heard, [undefined, 'one', undefined, 'two']);
});

t.test(
  'all channels are heard on one connection, each by who listens to it, until the last ends',
  async (t) => {
    const { database } = await freshDatabase(t);
    const listeners = async () => {
      const { rowCount } = await database.query(
        "select from pg_stat_activity where datname = current_database() and query ~ '^(un)?listen'",
      );
      return rowCount;
    };
    const heard: string[] = [];
    const [news, weather] = [new AbortController(), new AbortController()];
    const hear = (channel: string, { signal }: AbortController) =>
      database.listen(channel, (payload) => heard.push(`${channel} ${payload}`), signal);
    await Promise.all([hear('news', news), hear('weather', weather), hear('news', weather)]);
    t.equal(await listeners(), 1);
    heard.length = 0;
    await database.query("select pg_notify('news', 'one'), pg_notify('weather', 'rain')");
    await until(() => heard.length === 3);
    t.same(heard.toSorted(), ['news one', 'news one', 'weather rain']);
    news.abort();
    await database.query("select pg_notify('news', 'two')");
    await until(() => heard.length === 4);
    t.equal(heard.at(-1), 'news two');
    const sport = new AbortController();
    await hear('sport', sport);
    sport.abort();
    await until(async () => {
      const { rowCount } = await database.query(
        `select from pg_stat_activity where datname = current_database() and query = 'unlisten "sport"'`,
      );
      return rowCount === 1;
    });
    weather.abort();
    const again = new AbortController();
    t.teardown(() => again.abort());
    await hear('sport', again);
    t.equal(heard.at(-1), 'sport undefined', 'opened anew by who comes after the last has ended');
    await until(async () => (await listeners()) === 1);
  },
);

t.test('listening where nothing answers ends when the database closes', async (t) => {
  const database = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', max: 1 });
  const listening = database.listen('news', () => t.fail('heard'), new AbortController().signal);
  await database.close();
  await t.resolves(listening);
  await t.rejects(database.query('select 1'), 'closed');
});
