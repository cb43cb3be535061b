import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from '@relais/event-log/fixtures/eventually';
import { schemaOf } from '@relais/event-log/projection';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { startOtlpReceiver } from '@relais/telemetry/otlp-receiver';
import t, { type Test } from 'tap';
import { resourcesProjection } from './project.ts';

const main = new URL('./main.ts', import.meta.url).pathname;
const { url: databaseUrl, database } = await freshDatabase(t);
const schema = schemaOf(resourcesProjection);
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

/** A name, as somebody in distress may type it. */
const canary = 'Zaynabulkanari';

t.test('it serves, sends telemetry when told where, and stops when asked to', async (t) => {
  const { child, lines } = start({
    DATABASE_URL: databaseUrl,
    RELAIS_MASTER_KEY: randomBytes(32).toString('base64url'),
    RELAIS_ISSUER: 'https://issuer.test',
    RELAIS_LOG_LEVEL: 'debug',
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
  const checks = lines.filter((line) => line.includes('/health/') && !line.includes('"level":20'));
  t.same(checks, [], 'health checks leave no lines but for debugging, ready or not');
  await receiver.until(() => receiver.spans().some(({ name }) => name === 'GET *'));
  const spans = new Set(receiver.spans().map(({ name }) => name));
  t.same([...spans], ['GET *'], 'neither health checks nor idle consumers are traced');
  await searchWithCanary(t, `${url}/v1`);
  child.kill('SIGTERM');
  t.same(await once(child, 'exit'), [0, null]);
  const metrics = new Set(receiver.metrics().map(({ name }) => name));
  t.ok(metrics.has('http.server.request.duration'));
  t.ok(metrics.has('relais.consumer.lease'));
  const told = `${lines.join('\n')}${receiver.text()}`;
  t.match(told, '/v1/public/offer-search', 'searches are traced');
  t.match(told, '"status":500', 'a failure is logged');
  t.notMatch(told.toLowerCase(), canary.toLowerCase(), 'and nothing tells what was typed');
});

/** What is typed into search stands in no problem, whatever goes wrong. */
async function searchWithCanary(t: Test, base: string): Promise<void> {
  const search = `/public/offer-search?q=${canary}`;
  const found = await fetch(`${base}${search}%20cherche&area=59`);
  t.match([found.status, await found.json()], [200, { words: [{}, {}], items: [] }]);
  const refused = async (status: number, path: string) => {
    const answer = await fetch(`${base}${path}`);
    const said = `${await answer.text()}${JSON.stringify([...answer.headers])}`;
    t.equal(answer.status, status, path);
    t.notMatch(said.toLowerCase(), canary.toLowerCase(), path);
  };
  await refused(400, `${search}&limit=0`);
  // A problem names the parameters that it does not know.
  await fetch(`${base}${search}&${canary}=${canary}`);
  await refused(400, `${search}&q=${canary}`);
  await refused(400, `${search}&commune=${canary}&sort=${canary}`);
  await refused(400, `${search}&cursor=${canary}`);
  await refused(400, `${search}${'x'.repeat(300)}`);
  await refused(400, `${search}%00%ff`);
  await refused(401, `/offer-search?q=${canary}`);
  await refused(404, `/offer-searches?q=${canary}`);
  await database.query(`alter table ${schema}.search_entry rename to search_gone`);
  await refused(500, search);
}
