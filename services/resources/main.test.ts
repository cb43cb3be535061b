import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from '@relais/event-log/fixtures/eventually';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { startOtlpReceiver } from '@relais/telemetry/otlp-receiver';
import t from 'tap';

const main = new URL('./main.ts', import.meta.url).pathname;
const { url: databaseUrl, database } = await freshDatabase(t);
const receiver = await startOtlpReceiver();
t.teardown(() => receiver.close());

function start(environment: { readonly [name: string]: string }) {
  const child = spawn(process.execPath, [main], { env: environment });
  t.teardown(() => child.kill('SIGKILL'));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => lines.push(line));
  }
  return { child, lines };
}

t.test('without its settings it ends and names what is missing, no value', async (t) => {
  const { child, lines } = start({ DATABASE_URL: 'secret-but-no-url' });
  const [code] = await once(child, 'exit');
  t.equal(code, 1);
  t.match(lines.join('\n'), /DATABASE_URL.*RELAIS_MASTER_KEY: missing.*RELAIS_ISSUER: missing/);
  t.notMatch(lines.join('\n'), 'secret-but-no-url');
});

t.test('it serves, sends telemetry when told where, and stops when asked to', async (t) => {
  const { child, lines } = start({
    DATABASE_URL: databaseUrl,
    RELAIS_MASTER_KEY: randomBytes(32).toString('base64url'),
    RELAIS_ISSUER: 'https://issuer.test',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
  });
  const url = await eventually(async () => /http:\/\/127\.0\.0\.1:\d+/.exec(lines.join('\n'))?.[0]);
  await eventually(async () => (await fetch(`${url}/health/ready`)).ok);
  t.equal((await fetch(`${url}/v1/offers`)).status, 401);
  t.equal((await fetch(`${url}/nowhere`)).status, 404);
  await database.query(
    `insert into event_log.consumer (name, position, stopped) values
       ('resources-probe', 0, 'why'), ('referrals-probe', 0, 'why'), ('resources_0', 0, 'why'),
       ('resources_1_rebuild', 0, 'why')`,
  );
  t.match(await (await fetch(`${url}/health/ready`)).json(), {
    status: 'degraded',
    consumers: [{ name: 'resources-probe', state: 'stopped' }],
  });
  t.notMatch(lines.join('\n'), '/health/', 'health checks leave no lines, ready or not');
  child.kill('SIGTERM');
  t.same(await once(child, 'exit'), [0, null]);
  const spans = new Set(receiver.spans().map(({ name }) => name));
  t.same([...spans], ['GET *'], 'neither health checks nor idle consumers are traced');
  const metrics = new Set(receiver.metrics().map(({ name }) => name));
  t.ok(metrics.has('http.server.request.duration'));
  t.ok(metrics.has('relais.consumer.lease'));
});
