import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import t from 'tap';
import { serviceOf } from './service.ts';

t.test('who waits for a service that is away is told so once, and goes on', async (t) => {
  let away = 4;
  const server = createServer((request, answer) => {
    const isToken = request.url === '/oauth/token';
    if (!isToken && away-- > 0) answer.statusCode = 503;
    answer.end(JSON.stringify({ access_token: 'token' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const folder = await mkdtemp(join(tmpdir(), 'relais-import-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const key = join(folder, 'key.json');
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  await writeFile(key, JSON.stringify({ ...(await exportJWK(privateKey)), alg: 'ES256' }));

  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const said: string[] = [];
  const options = { url, issuer: url, client: 'client', key, role: 'partner' };
  const service = await serviceOf(options, (line) => said.push(line));
  const answer = await service.ask('GET', '/v1/imports');
  t.equal(answer.status, 200);
  t.strictSame(said, [
    `No answer from ${url} or its issuer: status 503. Trying again, for 5 minutes at most.`,
    'There is an answer again.',
  ]);
});
