import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { eventually } from '@relais/event-log/fixtures/eventually';
import { schemaOf } from '@relais/event-log/projection';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { startOtlpReceiver } from '@relais/telemetry/otlp-receiver';
import t from 'tap';
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

const { child, lines } = start({
  DATABASE_URL: databaseUrl,
  RELAIS_MASTER_KEY: randomBytes(32).toString('base64url'),
  RELAIS_ISSUER: 'https://issuer.test',
  RELAIS_LOG_LEVEL: 'debug',
  OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
});
const url = await eventually(async () => /http:\/\/127\.0\.0\.1:\d+/.exec(lines.join('\n'))?.[0]);
await eventually(async () => (await fetch(`${url}/health/ready`)).ok);

t.test('it serves, and tells what stands still', async (t) => {
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
  await receiver.until(() => receiver.spans().some(({ name }) => name === 'GET *'));
  const spans = new Set(receiver.spans().map(({ name }) => name));
  t.same([...spans], ['GET *'], 'neither health checks nor idle consumers are traced');
});

/** A name, as somebody in distress may type it. */
const canary = 'Zaynabulkanari';

t.test('what is typed into search is in no problem, no log, no trace and no metric', async (t) => {
  const found = await fetch(`${url}/v1/public/offer-search?q=${canary}%20cherche&area=59`);
  t.match([found.status, await found.json()], [200, { words: [{}, {}], items: [] }]);
  const statuses: number[] = [];
  const refused = async (path: string) => {
    const answer = await fetch(`${url}/v1${path}`);
    statuses.push(answer.status);
    const [body, headers] = [await answer.text(), JSON.stringify([...answer.headers])];
    t.notMatch(`${body}${headers}`.toLowerCase(), canary.toLowerCase(), path);
  };
  const search = `/public/offer-search?q=${canary}`;
  await refused(`${search}&limit=0`);
  await refused(`${search}&${canary}=${canary}`);
  await refused(`${search}&q=${canary}`);
  await refused(`${search}&commune=${canary}&sort=${canary}`);
  await refused(`${search}&cursor=${canary}`);
  await refused(`${search}${'x'.repeat(300)}`);
  await refused(`${search}%00%ff`);
  await refused(`/offer-search?q=${canary}`);
  await refused(`/offer-searches?q=${canary}`);
  await database.query(`drop view ${schema}.search_told`);
  await database.query(`alter table ${schema}.search_entry rename to search_gone`);
  await refused(search);
  t.same(statuses, [400, 400, 400, 400, 400, 400, 400, 401, 404, 500]);
  await receiver.until(() => receiver.text().includes('/v1/public/offer-search'));
  child.kill('SIGTERM');
  t.same(await once(child, 'exit'), [0, null], 'it stops when asked to');
  const metrics = new Set(receiver.metrics().map(({ name }) => name));
  t.ok(metrics.has('http.server.request.duration'));
  t.ok(metrics.has('relais.consumer.lease'));
  const told = `${lines.join('\n')}${receiver.text()}`.toLowerCase();
  t.match(told, 'search_entry', 'the failure is logged');
  t.notMatch(told, canary.toLowerCase());
});
