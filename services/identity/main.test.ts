import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { assertionOf, issuerStore, probeClient, requestToken } from './issuer/issuer-probe.ts';

const main = new URL('./main.ts', import.meta.url).pathname;
const { log, url: databaseUrl } = await issuerStore(t);
const environment = {
  DATABASE_URL: databaseUrl,
  RELAIS_MASTER_KEY: Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url'),
  RELAIS_ISSUER: 'https://identity.test',
};

function start(more: { readonly [name: string]: string }) {
  const child = spawn(process.execPath, [main], { env: { ...environment, ...more } });
  t.teardown(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => lines.push(line));
  }
  return { child, lines };
}

t.test('in production it does not start by itself', async (t) => {
  const { child, lines } = start({ NODE_ENV: 'production' });
  const [code] = await once(child, 'exit');
  t.equal(code, 1);
  t.match(lines.join('\n'), 'RELAIS_EMBEDDED_ISSUER');
});

t.test('it serves, tells its log no secret, and stops when asked to', async (t) => {
  const { child, lines } = start({ NODE_ENV: 'production', RELAIS_EMBEDDED_ISSUER: 'allow' });
  const url = await eventually(async () => /http:\/\/127\.0\.0\.1:\d+/.exec(lines.join('\n'))?.[0]);
  const client = await probeClient(log);
  const assertion = await assertionOf(client, environment.RELAIS_ISSUER);
  const { status, body } = await requestToken(url, assertion);
  t.equal(status, 200);
  const token = String(body.access_token);
  const authorization = `Bearer ${token}`;
  await fetch(`${url}/v1/associations`, { headers: { authorization } });
  await requestToken(url, assertion);
  await eventually(async () => lines.filter((line) => line.includes('"request"')).length >= 3);
  child.kill('SIGTERM');
  t.same(await once(child, 'exit'), [0, null]);
  const said = lines.join('\n');
  for (const secret of [token, assertion, environment.RELAIS_MASTER_KEY, databaseUrl]) {
    t.notOk(said.includes(secret));
  }
});
