/** A whole story with a canary in every personal field: where none of them may ever turn up, and who reads which. */
import { spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Role } from '@relais/contracts/identity';
import { eventually } from '@relais/event-log/fixtures/eventually';
import { openPostgresLog } from '@relais/event-log/postgres-store';
import { servedIssuer } from '@relais/http/test-tokens';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { startOtlpReceiver } from '@relais/telemetry/otlp-receiver';
import t from 'tap';
import { tell } from './canary-story.ts';
import { append } from './service-probe.ts';
import { register } from './service-steps.ts';

const { url: databaseUrl, database } = await freshDatabase(t);
const receiver = await startOtlpReceiver();
t.teardown(() => receiver.close());
const issuer = await servedIssuer(t);

const environment = {
  DATABASE_URL: databaseUrl,
  RELAIS_MASTER_KEY: randomBytes(32).toString('base64url'),
  RELAIS_ISSUER: issuer.issuer,
  RELAIS_LOG_LEVEL: 'debug',
  OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
};
const child = spawn(process.execPath, [`${import.meta.dirname}/main.ts`], {
  env: { PATH: '', ...environment },
});
const ended = once(child, 'exit');
let output = '';
for (const stream of [child.stdout, child.stderr]) {
  stream.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
}
t.teardown(async () => {
  child.kill('SIGKILL');
  await ended;
});

const base = await eventually(async () => /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0]);
await eventually(async () => (await fetch(`${base}/health/ready`)).ok);

const told: { url: string; method: string; status: number; text: string; headers: string }[] = [];
const tokenOf = (role: Role, association: string, remit: string[] = []) =>
  issuer.token({
    ...{ service: 'referrals', role, association, remit },
    claims: { exp: Math.floor(Date.now() / 1000) + 299 },
  });
async function ask(token: string, method: string, path: string, body?: unknown, etag?: string) {
  const url = `${base}/v1${path}`;
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(method === 'POST' && { 'idempotency-key': `"${randomUUID()}"` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(etag !== undefined && { 'if-match': etag }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const { status } = answer;
  told.push({ url, method, status, text, headers: JSON.stringify([...answer.headers]) });
  return { status, text, body: JSON.parse(text), etag: answer.headers.get('etag') ?? '' };
}

const log = openPostgresLog(database);
t.teardown(() => log.close());
const probe = {
  append: (stream: string, type: string, data: object) => append(log, stream, type, data),
};
const story = await tell({
  ...{ ask, tokenOf },
  register: (association) => register(probe, association),
});
const { canaries } = story;

/** In clear, in hexadecimal as PostgreSQL shows bytes, and in base64 at each of its three alignments. */
function spellings(canary: string): string[] {
  const bytes = Buffer.from(canary);
  const aligned = [0, 1, 2].map((offset) => {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    return shifted.toString('base64url').slice(offset === 0 ? 0 : offset + 1, -3);
  });
  return [canary, bytes.toString('hex'), ...aligned];
}
const found = (text: string): string[] =>
  canaries.filter((canary) => spellings(canary).some((one) => text.includes(one)));

t.test('the detector finds a canary however it is spelt', async (t) => {
  const [one = ''] = canaries;
  for (const text of [
    `…${one}…`,
    Buffer.from(`a${one}b`).toString('hex'),
    Buffer.from(`ab${one}cd`).toString('base64'),
    Buffer.from(`abc${one}cd`).toString('base64url'),
  ]) {
    t.same(found(text), [one]);
  }
});

t.test('no canary is anywhere in the database', async (t) => {
  const { rows: tables } = await database.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
  );
  t.ok(tables.length > 15, `${tables.length} tables`);
  let lines = 0;
  for (const { schema, name } of tables) {
    const { rows } = await database.query<{ line: string }>(
      `select x::text as line from "${schema}"."${name}" x`,
    );
    lines += rows.length;
    t.same(found(rows.map(({ line }) => line).join('\n')), [], `${schema}.${name}`);
  }
  t.ok(lines > 100, `${lines} rows`);
});

t.test('no answer to a command, no problem, no header and no address tells a canary', async (t) => {
  const kept = told.filter(({ method, status }) => method === 'POST' || status >= 400);
  t.ok(kept.some(({ status }) => status === 400) && kept.some(({ status }) => status === 201));
  t.same(found(kept.map(({ text }) => text).join('\n')), []);
  t.same(
    found(told.map(({ url, headers }) => (url.includes('?') ? headers : url + headers)).join()),
    [],
  );
});

t.test('each reader reads the canaries of its level, and no other', async (t) => {
  for (const { who, path, sees, text } of story.read) {
    t.same(found(text).sort(), sees.toSorted(), `${who} ${path}`);
  }
});

t.test('no canary is in logs at level debug, nor in traces and metrics', async (t) => {
  await receiver.until(() => receiver.text().includes('/v1/referrals/:id/decline'));
  child.kill('SIGTERM');
  await ended;
  t.ok(output.includes('"route":"/v1/cases/:id"'), 'requests were logged');
  t.same(found(output), []);
  t.ok(receiver.metrics().length > 0);
  t.same(found(receiver.text()), []);
});
