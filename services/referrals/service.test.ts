import { randomBytes, randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import { acquireLease } from '@relais/event-log/lease';
import { eventLogMigrations } from '@relais/event-log/postgres-store';
import { schemaOf } from '@relais/event-log/projection';
import { testIssuer } from '@relais/http/test-tokens';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import { readMasterKeys } from '@relais/vault/master-key';
import t from 'tap';
import { referralsProjection } from './project.ts';
import { startReferrals } from './service.ts';

const { url: databaseUrl, database } = await freshDatabase(t, { max: 4 });
await migrate(database, eventLogMigrations);
const issuer = await testIssuer();
const token = await issuer.token({
  service: 'referrals',
  role: 'partner',
  association: randomUUID(),
});

t.test(
  'until its rows are built it answers neither reads nor what is decided by them',
  async (t) => {
    const holding = new AbortController();
    const name = schemaOf(referralsProjection);
    const lease = await acquireLease(database, { name, owner: 'another', signal: holding.signal });
    const service = await startReferrals(
      {
        DATABASE_URL: databaseUrl,
        EVENTSTORE_URL: undefined,
        OTEL_EXPORTER_OTLP_ENDPOINT: undefined,
        RELAIS_HOST: '127.0.0.1',
        RELAIS_ISSUER: issuer.issuer,
        RELAIS_LOG_LEVEL: 'silent',
        RELAIS_MASTER_KEY: readMasterKeys(randomBytes(32).toString('base64url')),
        RELAIS_SERVICE_PORT: 0,
      },
      issuer.keys,
    );
    t.teardown(() => service.stop());
    const ask = async (method: string, path: string, body?: object) => {
      const answer = await fetch(`${service.url}/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body && {
            'content-type': 'application/json',
            'idempotency-key': `"${randomUUID()}"`,
            'if-match': '"0"',
          }),
        },
        ...(body && { body: JSON.stringify(body) }),
      });
      const { code } = (await answer.json()) as { code?: string };
      return { status: answer.status, code };
    };
    const list = () => ask('GET', '/cases');
    const change = () => ask('POST', `/cases/${randomUUID()}/set-goal`, { text: 'Un toit' });
    const notReady = { status: 503, code: 'not-ready' };
    t.match(await list(), notReady);
    t.match(await change(), notReady);

    await lease?.release();
    const answer = await eventually(async () => {
      const listed = await list();
      return listed.status !== 503 && listed;
    });
    t.equal(answer.status, 200);
    t.match(await change(), { status: 404, code: 'not-found' });
  },
);
