import { randomUUID } from 'node:crypto';
import { trace } from '@opentelemetry/api';
import type { Metadata } from '@relais/contracts/metadata';
import { consumed, leaseMeasured, parkedMeasured } from '@relais/event-log/consume-telemetry';
import type { Recorded } from '@relais/event-log/log';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import fastify from 'fastify';
import t from 'tap';
import { observedDatabase } from './observed-database.ts';
import { observedLog } from './observed-log.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';
import { startTelemetry } from './telemetry.ts';
import { type TraceContext, traceContext, traced } from './tracing.ts';

/** Put wherever a person's data could be; must never reach the receiver. */
const canary = 'CanariZebulon';
const commandId = randomUUID();

// Before telemetry starts in this process, because OpenTelemetry's registry is one for the whole process.
await t.test('while telemetry is off nothing is recorded and nothing is in the way', async (t) => {
  const off = await startTelemetry({ service: 'referrals', version: '0', endpoint: undefined });
  t.equal(off.isOn, false);
  t.same(await traced('quiet', {}, async () => traceContext()), {});
  await off.observeRequests(fastify());
  await off.stop();
});

const receiver = await startOtlpReceiver();
t.teardown(() => receiver.close());
const telemetry = await startTelemetry({
  service: 'referrals',
  version: '0.1.0',
  endpoint: receiver.endpoint,
  intervalMs: 100,
});
t.teardown(() => telemetry.stop());
const { database } = await freshDatabase(t);
await migrate(database, eventLogMigrations);
const log = observedLog(openPostgresLog(database));
t.teardown(() => log.close());

const found = (name: string) => receiver.spans().find((span) => span.name === name);
const metrics = () => new Set(receiver.metrics().map(({ name }) => name));

t.test('a request, what it asks of PostgreSQL and its append are one trace', async (t) => {
  const observed = observedDatabase(database, 'test');
  const app = fastify();
  t.teardown(() => app.close());
  await telemetry.observeRequests(app);
  let produced: TraceContext = {};
  app.post('/v1/cases/:id', async () => {
    produced = traceContext();
    await observed.query('select $1::text as name', [canary]);
    await appendTwice(produced);
    return { ok: true };
  });
  await app.inject({
    method: 'POST',
    url: `/v1/cases/${randomUUID()}?name=${canary}`,
    headers: {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: `vendor=${canary}`,
      baggage: `name=${canary}`,
      'user-agent': canary,
    },
    payload: { name: canary },
  });
  await receiver.until(() => found('POST /v1/cases/:id') !== undefined);
  const request = found('POST /v1/cases/:id');
  t.match(request, {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    parentSpanId: 'b7ad6b7169203331',
    attributes: [
      { key: 'http.request.method', value: { stringValue: 'POST' } },
      { key: 'http.route', value: { stringValue: '/v1/cases/:id' } },
      { key: 'http.response.status_code', value: { intValue: 200 } },
    ],
  });
  t.equal(produced.traceparent, `00-${request?.traceId}-${request?.spanId}-01`);
  t.equal(found('log append')?.parentSpanId, request?.spanId);
  t.equal(found('postgresql select')?.parentSpanId, request?.spanId);
});

t.test('a consumer has a trace of its own, linked to those of its events', async (t) => {
  const stream = await traced('produce', {}, () => appendTwice(traceContext()));
  const records: Recorded[] = [];
  for await (const record of log.read(stream)) records.push(record);
  await consumed('referrals_1', { records, caughtUp: true }, async () => {
    trace.getActiveSpan()?.setAttribute('person.name', canary).addEvent(canary);
    trace.getActiveSpan()?.setAttribute('error.type', `name with spaces ${canary}`);
  });
  await receiver.until(() => found('consume referrals_1') !== undefined);
  const [producer, consumer] = [found('produce'), found('consume referrals_1')];
  t.equal(consumer?.parentSpanId, undefined);
  t.not(consumer?.traceId, producer?.traceId);
  t.equal(consumer?.links?.length, 1);
  t.match(consumer?.links, [{ traceId: producer?.traceId, spanId: producer?.spanId }]);
});

t.test('an error leaves its name, and an address nobody knows leaves nothing', async (t) => {
  const app = fastify();
  t.teardown(() => app.close());
  await telemetry.observeRequests(app);
  app.get('/v1/broken', async () => {
    throw new Error(`no such person: ${canary}`);
  });
  await app.inject({ method: 'GET', url: `/v1/broken?name=${canary}` });
  await app.inject({ method: 'GET', url: `/nowhere/${canary}` });
  const failing = traced('fails', {}, async () => {
    throw new RangeError(canary);
  });
  await t.rejects(failing, RangeError);
  await receiver.until(() => found('fails') !== undefined && found('GET *') !== undefined);
  t.match(found('fails')?.attributes, [
    { key: 'error.type', value: { stringValue: 'RangeError' } },
  ]);
  t.ok(found('GET /v1/broken'));
});

t.test('what operators watch is measured', async (t) => {
  const observed = observedDatabase(database, 'test');
  leaseMeasured('referrals_1', true);
  parkedMeasured('referrals-escalate');
  await appendTwice({});
  const expected = [
    'http.server.request.duration',
    'relais.log.append.duration',
    'relais.log.append.events',
    'relais.consumer.processed',
    'relais.consumer.parked',
    'relais.consumer.lag',
    'relais.consumer.lease',
    'db.client.connection.count',
    'db.client.connection.pending_requests',
  ];
  await receiver.until(() => expected.every((name) => metrics().has(name)));
  for (const value of ['wrong-revision', 'referrals_1', 'referrals-escalate', 'idle', 'test']) {
    t.match(receiver.text(), `"stringValue":"${value}"`);
  }
  t.equal(typeof observed.connections().waiting, 'number');
});

t.test('nothing personal has left the process', async (t) => {
  await telemetry.stop();
  t.ok(receiver.spans().length > 8);
  t.notOk(receiver.text().includes(canary));
});

/** One append that goes through and one that does not; gives the stream. */
async function appendTwice(context: TraceContext): Promise<string> {
  const stream = `case-${randomUUID()}`;
  const metadata: Metadata = {
    actor: 'test',
    association: null,
    correlationId: commandId,
    causationId: commandId,
    commandId,
    occurredAt: new Date(0).toISOString(),
    schemaVersion: 1,
    ...context,
  };
  for (let attempt = 0; attempt < 2; attempt++) {
    const event = { id: randomUUID(), type: 'case-opened.v1', data: { name: canary }, metadata };
    await log.append(stream, [event], { expected: 'none' });
  }
  return stream;
}
