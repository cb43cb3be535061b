import { randomUUID } from 'node:crypto';
import t from 'tap';
import type { App } from './app-options.ts';
import { idempotencyStore } from './idempotency.ts';
import { testService } from './test-service.ts';

type Headers = { readonly [name: string]: string };

const service = await testService(t);
const { app, database, log } = service;
const partner = await service.token('partner');

const send = (url: string, headers: Headers, body: object, to: App = app, token = partner) =>
  to.inject({
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${token}`, ...headers },
    payload: body,
  });
const make = (key: string, body: object = { size: 1 }, to?: App, token?: string) =>
  send('/v1/boxes', { 'idempotency-key': `"${key}"` }, body, to, token);
const grow = (id: string, tag: string, size = 1) =>
  send(
    `/v1/boxes/${id}/grow`,
    { 'idempotency-key': `"${randomUUID()}"`, 'if-match': tag },
    { size },
  );

async function made(): Promise<string> {
  return (await make(randomUUID())).json<{ id: string }>().id;
}

t.test('a hundred requests with one key, at two processes, have one effect', async (t) => {
  const twin = await service.twin();
  const before = await log.head();
  const key = randomUUID();
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => make(key, { size: 1 }, index % 2 ? twin : app)),
  );
  t.equal(await log.head(), before + 1n);
  const done = answers.filter(({ statusCode }) => statusCode === 201);
  t.ok(done.length > 0);
  t.equal(new Set(done.map(({ body }) => body)).size, 1);
  const rest = answers.filter(({ statusCode }) => statusCode !== 201);
  t.same(
    [...new Set(rest.map((answer) => answer.json<{ code: string }>().code))],
    rest.length ? ['idempotency-key-in-use'] : [],
  );
});

t.test(
  'a finished command gives the same answer again, with the headers a client needs',
  async (t) => {
    const key = randomUUID();
    const [first, second] = [await make(key), await make(key)];
    t.equal(first.statusCode, 201);
    t.equal(second.statusCode, 201);
    t.equal(second.body, first.body);
    for (const name of ['etag', 'location', 'relais-position', 'content-type']) {
      t.type(first.headers[name], 'string');
      t.equal(second.headers[name], first.headers[name], name);
    }
  },
);

t.test('a refusal is an answer too', async (t) => {
  const id = await made();
  const headers = { 'idempotency-key': `"${randomUUID()}"`, 'if-match': '"0"' };
  const refused = await send(`/v1/boxes/${id}/grow`, headers, { size: 10 });
  t.match(refused.json(), {
    code: 'box-full',
    state: 'open',
    revision: '0',
    allowedActions: ['grow'],
  });
  t.equal((await grow(id, '"0"')).statusCode, 200);
  t.equal((await send(`/v1/boxes/${id}/grow`, headers, { size: 10 })).body, refused.body);
});

t.test('a key used for another request is refused, another client has its own keys', async (t) => {
  const key = randomUUID();
  const first = await make(key);
  t.equal((await make(key, { size: 2 })).json<{ code: string }>().code, 'idempotency-key-reused');
  const stranger = await service.token('partner', randomUUID());
  const other = await make(key, { size: 2 }, app, stranger);
  t.equal(other.statusCode, 201);
  t.not(other.json<{ id: string }>().id, first.json<{ id: string }>().id);
});

t.test(
  'a command that was done before a crash lost its answer is recognised by the log',
  async (t) => {
    const key = randomUUID();
    const first = await make(key);
    const before = await log.head();
    await database.query('delete from http.idempotency');
    const again = await make(key);
    t.equal(again.body, first.body);
    t.equal(await log.head(), before);
  },
);

t.test('a claim whose process died is taken over when its lease ends', async (t) => {
  const attempt = {
    slot: randomUUID(),
    fingerprint: randomUUID(),
    occurredAt: '2026-01-02T03:04:05.678Z',
    correlationId: randomUUID(),
  };
  const store = idempotencyStore(database);
  t.match(await store.claim(attempt), { claim: 'ours' });
  const later = { ...attempt, occurredAt: new Date().toISOString(), correlationId: randomUUID() };
  t.same(await store.claim(later), { claim: 'running' });
  await database.query(
    "update http.idempotency set lease_until = now() - interval '1 second' where slot = $1",
    [attempt.slot],
  );
  t.same(await store.claim(later), { claim: 'ours', attempt }, 'with what the first attempt wrote');
  t.same(await store.claim(later), { claim: 'running' });
  await store.finish(attempt.slot, undefined);
  t.match(await store.claim(later), { claim: 'ours' }, 'given back');
});

t.test(
  'fifty writers on one revision: exactly one wins, the others learn what happened',
  async (t) => {
    const id = await made();
    const answers = await Promise.all(Array.from({ length: 50 }, () => grow(id, '"0"')));
    const [won, lost] = [
      answers.filter((a) => a.statusCode === 200),
      answers.filter((a) => a.statusCode !== 200),
    ];
    t.equal(won.length, 1);
    t.equal(won[0]?.headers.etag, '"1"');
    for (const answer of lost) {
      t.equal(answer.headers.etag, '"1"');
      t.match(answer.json(), { status: 412, code: 'stale-revision', revision: '1', state: 'open' });
    }
  },
);

t.test('a change of what does not exist is 404, without a revision', async (t) => {
  const [one, other] = [await grow(randomUUID(), '"0"'), await grow(randomUUID(), '"3"')];
  t.equal(one.statusCode, 404);
  t.equal(one.headers.etag, undefined);
  t.equal(one.body, other.body);
});

t.test('a fault is not kept: the same key runs again', async (t) => {
  const failing = await testService(t, {}, async () => {
    failures--;
    if (failures >= 0) throw Object.assign(new Error('cut'), { code: 'ECONNRESET' });
  });
  let failures = 1;
  const token = await failing.token('partner');
  const first = await make('k', { size: 1 }, failing.app, token);
  t.equal(first.statusCode, 503);
  t.equal(first.headers['retry-after'], '2');
  t.equal((await make('k', { size: 1 }, failing.app, token)).statusCode, 201);
});

t.test('an answer is found by its key, however many are kept', async (t) => {
  await database.transaction(async (sql) => {
    const [slot, fingerprint] = [randomUUID(), randomUUID()];
    await sql.query("select http.claim($1, $2, $3, $2, interval '1 second')", [
      [slot],
      [fingerprint],
      [new Date()],
    ]);
    const scans = async () => {
      const { rows } = await sql.query<{ scans: bigint }>(
        `select seq_scan as scans from pg_stat_xact_user_tables where relname = 'idempotency'`,
      );
      return rows[0]?.scans;
    };
    const before = await scans();
    await sql.query("select http.finish($1, '{200}', '{null}', '{null}')", [[slot]]);
    t.equal(await scans(), before);
  });
});
