import type { Role } from '@relais/contracts/identity';
import { eventually } from '@relais/event-log/fixtures/eventually';
import type { RunningService } from '@relais/service/run-service';
import { identityConfig } from './config.ts';
import {
  assertionOf,
  issuerStore,
  type ProbeClient,
  probeClient,
  probeKey,
  profile,
  requestToken,
} from './issuer/issuer-probe.ts';
import { startIdentity } from './service.ts';

/** The address that tokens name; the processes listen elsewhere, as behind a proxy. */
export const issuer = 'https://identity.test';

/** What is needed of tap's `t`. */
type Test = Parameters<typeof issuerStore>[0];

type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { readonly [name: string]: unknown };
};
type CallOptions = {
  /** Default: the administrator's; an empty one sends none. */
  readonly token?: string;
  readonly body?: unknown;
  readonly etag?: string;
  /** Default: the first process. */
  readonly at?: string;
};
export type ServiceProbe = {
  readonly one: RunningService;
  readonly two: RunningService;
  readonly clients: { readonly [role in Role]: ProbeClient };
  readonly call: (method: string, path: string, options?: CallOptions) => Promise<Answer>;
};

/** Two processes, as it were, of the service on one fresh database, and a client of each role. */
export async function serviceProbe(t: Test): Promise<ServiceProbe> {
  const { log, url } = await issuerStore(t);
  const masterKey = Buffer.from(crypto.getRandomValues(new Uint8Array(32)));
  const config = identityConfig({
    DATABASE_URL: url,
    RELAIS_MASTER_KEY: masterKey.toString('base64url'),
    RELAIS_ISSUER: issuer,
    RELAIS_LOG_LEVEL: 'silent',
  });
  const [one, two] = [await startIdentity(config), await startIdentity(config)];
  t.teardown(async () => {
    await one.stop();
    await two.stop();
  });
  const clients = {
    administrator: await probeClient(log, { role: 'administrator', remit: [] }),
    coordinator: await probeClient(log, { role: 'coordinator', remit: [] }),
    auditor: await probeClient(log, { role: 'auditor', remit: [] }),
    partner: await probeClient(log),
  };
  const administrator = await tokenOf(clients.administrator, one.url);
  for (const process of [one, two]) {
    await eventually(async () => (await fetch(`${process.url}/health/ready`)).status === 200);
  }
  return {
    one,
    two,
    clients,
    call: (method, path, options = {}) =>
      send(method, path, { token: administrator, at: one.url, ...options }),
  };
}

async function send(
  method: string,
  path: string,
  { token, body, etag, at }: CallOptions,
): Promise<Answer> {
  const answer = await fetch(`${at}${path}`, {
    method,
    headers: {
      ...(token !== '' && { authorization: `Bearer ${token}` }),
      ...(method === 'POST' && { 'idempotency-key': `"${crypto.randomUUID()}"` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(etag !== undefined && { 'if-match': etag }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const parsed = text === '' ? {} : JSON.parse(text);
  return { status: answer.status, headers: answer.headers, body: parsed };
}

/** A token for this service. */
export async function tokenOf(client: ProbeClient, at: string): Promise<string> {
  const resource = 'urn:relais:identity';
  const { body } = await requestToken(at, await assertionOf(client, issuer), { resource });
  return String(body.access_token);
}

/** Registers an association and a client of it over REST; `etag` is the client's. */
export async function register(
  call: ServiceProbe['call'],
): Promise<{ association: string; client: ProbeClient; etag: string }> {
  const made = await call('POST', '/v1/associations', { body: profile });
  const association = String(made.body.id);
  const key = await probeKey();
  const body = { association, role: 'partner', label: 'Logiciel', keys: [key.publicKey] };
  const answer = await call('POST', '/v1/clients', { body });
  const clientId = answer.body.id as ProbeClient['clientId'];
  const client = { ...key, clientId, association: association as ProbeClient['association'] };
  return { association, client, etag: String(answer.headers.get('etag')) };
}
