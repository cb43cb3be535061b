import { randomUUID } from 'node:crypto';
import { AppendTooLarge, LogUnavailable } from '@relais/event-log/log';
import { openDatabase } from '@relais/postgres/database';
import t from 'tap';
import { faultOf } from './faults.ts';
import { canary } from './fuzz-corpus.ts';
import { HttpProblem, preferredLanguage } from './problem.ts';
import { testService } from './test-service.ts';

const withCode = (code: string, message = '') => Object.assign(new Error(message), { code });

t.test('broken infrastructure is 503, bad input 400, a bug 500', async (t) => {
  const faults: [unknown, string][] = [
    [new LogUnavailable('away'), 'unavailable'],
    [new Error('wrapped', { cause: withCode('ECONNREFUSED') }), 'unavailable'],
    [Object.assign(withCode('ENOENT'), { syscall: 'connect' }), 'unavailable'],
    [Object.assign(withCode('ENOENT'), { syscall: 'open' }), 'internal-error'],
    [withCode('57P01'), 'unavailable'],
    [withCode('53100'), 'unavailable'],
    [withCode('40001'), 'unavailable'],
    [new Error('Connection terminated unexpectedly'), 'unavailable'],
    [new Error('Query read timeout'), 'unavailable'],
    [withCode('22021'), 'invalid-request'],
    [withCode('23505'), 'internal-error'],
    [withCode('FST_ERR_CTP_BODY_TOO_LARGE'), 'body-too-large'],
    [new AppendTooLarge('2 MiB'), 'body-too-large'],
    [new HttpProblem('contended'), 'contended'],
    [new TypeError('x is not a function'), 'internal-error'],
    ['thrown text', 'internal-error'],
    [undefined, 'internal-error'],
  ];
  for (const [error, code] of faults) t.equal(faultOf(error).problem.code, code, String(error));
});

t.test('the language is the best of the two that the caller accepts', async (t) => {
  const headers: [string | undefined, string][] = [
    [undefined, 'fr'],
    ['de', 'fr'],
    ['en-GB,fr;q=0.5', 'en'],
    ['en;q=0.3, fr-FR;q=0.9', 'fr'],
    ['en;q=0', 'fr'],
    [',;q=,en;;', 'fr'],
    ['EN', 'en'],
  ];
  for (const [header, language] of headers)
    t.equal(preferredLanguage(header), language, String(header));
});

t.test('a command without its database is 503 and nothing is done', async (t) => {
  const database = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', max: 1 });
  t.teardown(() => database.close());
  const service = await testService(t, { database });
  const before = await service.log.head();
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/boxes',
    headers: {
      authorization: `Bearer ${await service.token('partner')}`,
      'idempotency-key': '"a"',
    },
    payload: { size: 1 },
  });
  t.match(answer.json(), { status: 503, code: 'unavailable' });
  t.equal(answer.headers['retry-after'], '2');
  t.equal(await service.log.head(), before);
});

t.test('a bug is 500 without a word about it, and the log has no personal data', async (t) => {
  const lines: string[] = [];
  const logTo = { write: (line: string) => void lines.push(line) };
  const service = await testService(t, { logTo, logLevel: 'debug' }, async () => {
    throw new Error(`invalid name ${canary}`, { cause: withCode('22P02', canary) });
  });
  const token = await service.token('partner');
  const answer = await service.app.inject({
    method: 'POST',
    url: '/v1/boxes',
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': `"${canary}"` },
    payload: { size: 1, label: canary },
  });
  t.match(answer.json(), { status: 500, code: 'internal-error' });
  await service.app.inject({ url: `/v1/boxes/${canary}?q=${canary}`, headers: { cookie: canary } });
  await service.app.inject({ url: `/nowhere/${canary}` });
  t.ok(lines.some((line) => line.includes('unexpected error')));
  t.ok(lines.some((line) => line.includes('"status":404')));
  const text = lines.join('') + answer.body;
  t.notMatch(text, new RegExp(canary));
  t.notOk(text.includes(token));
});

t.test('a client loses its rights while its token is still good', async (t) => {
  const service = await testService(t);
  const clientId = randomUUID();
  const association = randomUUID();
  const request = { service: 'boxes', role: 'partner', association, clientId } as const;
  const token = await service.issuer.token(request);
  const ask = async (bearer = token) => {
    const headers = { authorization: `Bearer ${bearer}` };
    return (await service.app.inject({ url: '/v1/boxes', headers })).statusCode;
  };
  const append = async (type: string, data: object, revision: bigint | 'none') => {
    const metadata = {
      actor: 'system:test',
      association: null,
      correlationId: randomUUID(),
      causationId: randomUUID(),
      commandId: randomUUID(),
      occurredAt: new Date().toISOString(),
      schemaVersion: 1,
    };
    const event = { id: randomUUID(), type, data: { client: clientId, ...data }, metadata };
    await service.log.append(`client-${clientId}`, [event], { expected: revision });
  };
  const becomes = async (status: number) => {
    const deadline = Date.now() + 1_000;
    while ((await ask()) !== status && Date.now() < deadline) await new Promise(setImmediate);
    return ask();
  };
  t.equal(await ask(), 200);
  await append('client-disabled.v1', { reason: 'misuse' }, 'none');
  t.equal(await becomes(401), 401, 'within a second');
  await append('client-enabled.v1', {}, 0n);
  const iat = Math.floor(Date.now() / 1000) + 1;
  const fresh = await service.issuer.token({ ...request, claims: { iat, exp: iat + 60 } });
  const deadline = Date.now() + 1_000;
  while ((await ask(fresh)) !== 200 && Date.now() < deadline) await new Promise(setImmediate);
  t.equal(await ask(fresh), 200, 'with a token from after the change');
  t.equal(await ask(), 401, 'and not with the old one');
});
