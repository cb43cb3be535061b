import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import Fastify from 'fastify';
import t, { type Test } from 'tap';
import type { App } from './app-options.ts';
import { testService } from './test-service.ts';
import { limitTime } from './time-limit.ts';

const service = await testService(t, { requestTimeoutMs: 300 });
const address = new URL(await service.app.listen({ port: 0, host: '127.0.0.1' }));
const token = await service.token('partner');

/** What the server writes on a raw connection until it closes it, or until an answer is whole. */
function raw(...chunks: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(address.port), address.hostname);
    let text = '';
    socket.setTimeout(8_000, () => socket.destroy(new Error('no answer in eight seconds')));
    socket.on('data', (data) => {
      text += data.toString();
    });
    socket.on('error', (error: Error & { code?: string }) => {
      if (error.code !== 'ECONNRESET' && error.code !== 'EPIPE') reject(error);
    });
    socket.on('close', () => resolve(text));
    socket.write(Buffer.concat(chunks.map((chunk) => Buffer.from(chunk))));
  });
}

const head = (method: string, path: string, ...headers: readonly string[]) =>
  `${[`${method} ${path} HTTP/1.1`, 'Host: 127.0.0.1', 'Connection: close', ...headers].join('\r\n')}\r\n\r\n`;
const json = 'Content-Type: application/json';
const bearer = `Authorization: Bearer ${token}`;
const body = '{"size":1}';
const post = (...headers: readonly string[]) =>
  head('POST', '/v1/boxes', bearer, json, `Content-Length: ${body.length}`, ...headers) + body;

function isProblem(t: Test, answer: string, status: number, message: string): void {
  t.match(answer, new RegExp(`^HTTP/1.1 ${status} `), message);
  t.match(answer, /content-type: application\/problem\+json/i, message);
  t.notMatch(answer, /canary/, message);
}

t.test('what is no HTTP is a problem, and the connection is closed', async (t) => {
  const cases: { [name: string]: [string, number] } = {
    nonsense: ['canary\r\n\r\n', 400],
    'two lengths': [post('Content-Length: 3'), 400],
    'a length and chunks': [post('Transfer-Encoding: chunked'), 400],
    'a line break in a header': [head('GET', '/v1/weather', 'X-A: a\nX-B\r: canary'), 400],
    'a line break in the key': [post('Idempotency-Key: "a\r\ncanary"'), 400],
    'a space before the colon': [head('GET', '/v1/weather', 'X-A : canary'), 400],
    'two hosts': [head('GET', '/v1/weather', 'Host: canary'), 400],
    'no host': ['GET /v1/weather HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    'headers of 20 KiB': [head('GET', '/v1/weather', `X-A: ${'canary'.repeat(3_500)}`), 431],
    'an address of 20 KiB': [head('GET', `/v1/${'canary'.repeat(3_500)}`), 431],
    'an address that cannot be decoded': [head('GET', '/v1/boxes/%E0%A4%A'), 400],
  };
  for (const [name, [text, status]] of Object.entries(cases)) {
    isProblem(t, await raw(text), status, name);
  }
});

t.test('a header given twice is refused, not chosen from', async (t) => {
  const key = 'Idempotency-Key: "a"';
  isProblem(t, await raw(post(key, 'Idempotency-Key: "b"')), 400, 'two keys');
  isProblem(t, await raw(post(key, bearer)), 401, 'two tokens');
  const change = head('POST', '/v1/boxes/0/grow', bearer, key, 'If-Match: "1"', 'If-Match: "2"');
  isProblem(t, await raw(change), 400, 'two If-Match');
});

t.test('a body that trickles in is given up', async (t) => {
  isProblem(t, await raw(post('Idempotency-Key: "slow"').slice(0, -3)), 408, 'half a body');
  isProblem(t, await raw('GET /v1/weather HTTP/1.1\r\nHost: a\r\n'), 408, 'half a head');
});

t.test('a body larger than allowed is refused before it is read', async (t) => {
  const key = 'Idempotency-Key: "big"';
  const promised = head('POST', '/v1/boxes', bearer, json, key, 'Content-Length: 10000000');
  isProblem(t, await raw(promised), 413, 'a promise of ten megabytes');
  const chunk = `40000\r\n${' '.repeat(0x40000)}\r\n`;
  const chunked = head('POST', '/v1/boxes', bearer, json, key, 'Transfer-Encoding: chunked');
  isProblem(t, await raw(chunked, chunk, chunk), 413, 'chunks without end');
});

t.test('who asks in absolute form, as through a proxy, asks for the same', async (t) => {
  const insert = () => service.database.query('insert into box_row values ($1, 1)', [randomUUID()]);
  await Promise.all([insert(), insert()]);
  const absolute = await raw(head('GET', 'http://proxy.example/v1/boxes?limit=1', bearer));
  const [, next = ''] = /link: <(\/v1\/boxes\?limit=1&cursor=[^>]+)>/.exec(absolute) ?? [];
  t.match(await raw(head('GET', next, bearer)), /^HTTP\/1.1 200 /, 'its cursor goes on elsewhere');
  isProblem(t, await raw(head('PUT', 'http://proxy.example/v1/boxes')), 405, 'no method');
  isProblem(t, await raw(head('GET', 'http://proxy.example?canary')), 404, 'no path');
});

t.test('forwarded headers change nothing', async (t) => {
  const forwarded = [
    'X-Forwarded-For: 10.0.0.1',
    'X-Forwarded-Host: canary',
    'X-Forwarded-Proto: https',
  ];
  const answer = await raw(head('GET', '/v1/weather', ...forwarded, 'Forwarded: host=canary'));
  t.match(answer, /^HTTP\/1.1 200 /);
  t.notMatch(answer, /canary|10\.0\.0\.1/);
});

t.test('answers name no server and forbid being kept or framed', async (t) => {
  const { headers } = await fetch(new URL('/v1/weather', address));
  t.equal(headers.get('server'), null);
  t.equal(headers.get('x-powered-by'), null);
  t.equal(headers.get('access-control-allow-origin'), null);
  t.equal(headers.get('cache-control'), 'no-store');
  t.equal(headers.get('api-version'), '1');
  t.match(headers.get('content-security-policy'), /default-src 'none'/);
});

t.test(
  'a command that takes too long is answered, and its repetition has one effect',
  async (t) => {
    const held = Promise.withResolvers<void>();
    const slow = await testService(t, { handlerTimeoutMs: 100 }, () => held.promise);
    t.teardown(held.resolve);
    const make = async () => {
      const response = await slow.app.inject({
        method: 'POST',
        url: '/v1/boxes',
        headers: {
          authorization: `Bearer ${await slow.token('partner')}`,
          'idempotency-key': '"slow"',
        },
        payload: { size: 1 },
      });
      return { status: response.statusCode, ...response.json() };
    };
    t.match(await make(), { status: 503, code: 'unavailable' });
    const before = await slow.log.head();
    held.resolve();
    t.match(await make(), { status: 201 });
    t.equal(await slow.log.head(), before + 1n, 'the one that was late and its repetition');
  },
);

t.test('an answer that has begun is sent to its end, however long that takes', async (t) => {
  const slow = Fastify();
  t.teardown(() => slow.close());
  limitTime(slow as unknown as App, 50);
  slow.get('/', (_request, reply) => reply.send(Readable.from(parts())));
  async function* parts() {
    yield 'begun';
    await pause(150);
    yield ' and ended';
  }
  const url = await slow.listen({ host: '127.0.0.1', port: 0 });
  t.equal(await (await fetch(url)).text(), 'begun and ended');
});

t.test('closing lets the request that runs finish', async (t) => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  let entered = false;
  const gated = await testService(t, {}, async () => {
    entered = true;
    await opened;
  });
  const at = await gated.app.listen({ port: 0, host: '127.0.0.1' });
  const running = fetch(new URL('/v1/boxes', at), {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await gated.token('partner')}`,
      'content-type': 'application/json',
      'idempotency-key': '"last"',
    },
    body,
  });
  const deadline = Date.now() + 5_000;
  while (!entered && Date.now() < deadline) await pause(1);
  const closed = gated.app.close();
  open();
  t.equal((await running).status, 201);
  await closed;
});
