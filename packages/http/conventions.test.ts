import { randomUUID } from 'node:crypto';
import t from 'tap';
import { testService } from './test-service.ts';

type Headers = { readonly [name: string]: string };

const readable = { now: true };
const reached = { now: true };
const service = await testService(t, {
  readModel: { isReadable: () => readable.now, waitFor: async () => reached.now },
  readiness: async () => ({
    projections: [{ name: 'boxes_1', position: 3n, head: 10n, caughtUp: readable.now }],
    checks: { rights: true },
  }),
});
const { app, log, database } = service;
const partner = await service.token('partner');
const send = (url: string, headers: Headers, body: object) =>
  app.inject({
    method: 'POST',
    url,
    headers: { authorization: `Bearer ${partner}`, ...headers },
    payload: body,
  });
const get = (url: string, headers: Headers = {}, token = partner) =>
  app.inject({ url, headers: { authorization: `Bearer ${token}`, ...headers } });

t.test(
  'every invalid field of every part is named at once, in the language asked for',
  async (t) => {
    const body = { size: 'one', labels: [{ name: 'x'.repeat(21), id: 1 }], state: 'open' };
    const answer = await send(
      '/v1/boxes/7/grow?limit=1',
      { 'if-match': '*', 'accept-language': 'en' },
      body,
    );
    const problem = answer.json<{ title: string; errors: { pointer: string; code: string }[] }>();
    t.equal(problem.title, 'The request is not valid');
    t.same(
      problem.errors.map(({ pointer, code }) => `${pointer} ${code}`),
      [
        'id wrong-format',
        'limit unknown-field',
        '/size wrong-type',
        '/labels/0/name too-big',
        '/labels/0/id unknown-field',
        '/state unknown-field',
        'Idempotency-Key required',
        'If-Match wrong-format',
      ],
    );
    t.match((await send('/v1/boxes', {}, body)).json(), { title: 'La requête n’est pas valide' });
  },
);

t.test('an event carries who, why and the trace it came with', async (t) => {
  const correlation = randomUUID();
  const trace = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
  const key = { 'idempotency-key': `"${randomUUID()}"` };
  const headers = { ...key, 'correlation-id': correlation, traceparent: trace };
  const answer = await send('/v1/boxes', headers, { size: 1 });
  t.equal(answer.headers['correlation-id'], correlation);
  for await (const record of log.read(`box-${answer.json<{ id: string }>().id}`)) {
    t.match(record.metadata, { correlationId: correlation, traceparent: trace, schemaVersion: 1 });
  }
  const garbled = {
    ...key,
    'idempotency-key': '"g"',
    traceparent: '00-xyz',
    'correlation-id': 'mine',
  };
  const other = await send('/v1/boxes', garbled, { size: 1 });
  t.equal(other.statusCode, 201);
  t.not(other.headers['correlation-id'], 'mine');
});

t.test('a list is walked by its cursors while rows come and go', async (t) => {
  const insert = (size: number) =>
    database.query('insert into box_row values ($1, $2)', [randomUUID(), size]);
  for (let size = 10; size <= 50; size += 10) await insert(size);
  const seen: number[] = [];
  let url: string | undefined = '/v1/boxes?limit=2&sizes=small&sizes=large';
  while (url !== undefined) {
    const answer = await get(url);
    t.equal(answer.statusCode, 200);
    const { items } = answer.json<{ items: { size: number }[] }>();
    seen.push(...items.map(({ size }) => size));
    // One before and one after the place reached.
    await insert(1);
    if (seen.length === 2) await insert(45);
    url = /^<([^>]+)>; rel="next"$/.exec(String(answer.headers.link))?.[1];
  }
  t.same(seen, [10, 20, 30, 40, 45, 50]);
});

t.test('a cursor is good for its list, its filters and its association only', async (t) => {
  const first = await get('/v1/boxes?limit=1');
  const cursor = encodeURIComponent(first.json<{ next: string }>().next);
  t.equal((await get(`/v1/boxes?cursor=${cursor}`)).statusCode, 200);
  const stranger = await service.token('partner', randomUUID());
  const answers = [
    await get(`/v1/boxes?cursor=${cursor}`, {}, stranger),
    await get(`/v1/boxes?cursor=${cursor}&sizes=small`),
    await get(`/v1/boxes?cursor=${cursor}AAAA`),
    await get(`/v1/boxes?cursor=${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`),
  ];
  for (const answer of answers) {
    t.match(answer.json(), { status: 400, errors: [{ pointer: 'cursor', code: 'wrong-cursor' }] });
  }
});

t.test('a read waits for what was written, and says when it cannot show it', async (t) => {
  t.equal((await get('/v1/boxes?waitFor=7')).statusCode, 200);
  reached.now = false;
  for (const answer of [
    await get('/v1/boxes?waitFor=7'),
    await get('/v1/boxes', { 'relais-position': '7' }),
    await app.inject({ url: '/v1/weather?waitFor=7' }),
  ]) {
    t.match(answer.json(), { status: 503, code: 'position-not-reached' });
    t.equal(answer.headers['retry-after'], '1');
  }
  reached.now = true;
});

t.test('a service that is behind says so, and does not answer from old rows', async (t) => {
  readable.now = false;
  const health = await app.inject({ url: '/health/ready' });
  t.equal(health.statusCode, 503);
  const [projection] = health.json<{ projections: object[] }>().projections;
  t.match(projection, { name: 'boxes_1', caughtUp: false, behind: '7' });
  const read = await get('/v1/boxes');
  t.match(read.json(), { status: 503, code: 'not-ready' });
  t.equal(read.headers['retry-after'], '5');
  const forEverybody = await app.inject({ url: '/v1/weather' });
  t.match(forEverybody.json(), { status: 503, code: 'not-ready' });
  t.equal(forEverybody.headers['retry-after'], '5');
  t.equal((await app.inject({ url: '/health/live' })).statusCode, 200);
  readable.now = true;
});

t.test('who asks too much is told when to come back', async (t) => {
  const limited = await testService(t, { rateLimit: { requests: 2, windowSeconds: 60 } });
  const headers = { authorization: `Bearer ${await limited.token('partner')}` };
  const ask = () => limited.app.inject({ url: '/v1/boxes', headers });
  const first = await ask();
  t.equal(first.headers['ratelimit-policy'], '"client";q=2;w=60');
  t.match(first.headers.ratelimit, /^"client";r=1;t=\d+$/);
  await ask();
  const third = await ask();
  t.match(third.json(), { status: 429, code: 'too-many-requests' });
  t.match(third.headers['retry-after'], /^\d+$/);
  const plain = (url: string) => limited.app.inject({ url });
  await Promise.all([plain('/v1/weather'), plain('/v1/weather')]);
  t.equal((await plain('/v1/weather')).statusCode, 429);
  t.equal((await plain('/health/ready')).statusCode, 200, 'health is not counted');
});

t.test('paths, methods and media types that are not there have their answers', async (t) => {
  const options = await app.inject({ method: 'OPTIONS', url: '/v1/boxes' });
  t.equal(options.statusCode, 204);
  t.equal(options.headers.allow, 'GET, HEAD, POST, OPTIONS');
  const put = await app.inject({ method: 'PUT', url: '/v1/boxes' });
  t.match(put.json(), { status: 405, code: 'method-not-allowed' });
  t.match((await app.inject({ url: '/v2/boxes' })).json(), { status: 404 });
  t.match((await get('/v1/boxes', { accept: 'application/json;q=0' })).json(), { status: 406 });
  const head = await app.inject({ method: 'HEAD', url: '/v1/weather' });
  t.equal(head.statusCode, 200);
  t.equal(head.body, '');
});

t.test('the documentation needs nothing from elsewhere', async (t) => {
  const page = await app.inject({ url: '/docs' });
  t.equal(page.statusCode, 200);
  t.notMatch(page.body, /https?:\/\//);
  t.notMatch(page.headers['content-security-policy'], /https:|unsafe|upgrade/);
  const script = await app.inject({ url: '/docs/static/swagger-ui-bundle.js' });
  t.equal(script.statusCode, 200);
  t.equal(
    (await app.inject({ url: '/openapi.json' })).json<{ openapi: string }>().openapi,
    '3.1.0',
  );
});
