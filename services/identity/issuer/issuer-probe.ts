import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AssociationProfile } from '@relais/contracts/associations';
import { ClientId, PublicKey } from '@relais/contracts/identity';
import { AssociationId } from '@relais/contracts/ids';
import type { Log } from '@relais/event-log/log';
import { eventLogMigrations, openPostgresLog } from '@relais/event-log/postgres-store';
import type { Database } from '@relais/postgres/database';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import { type MasterKeys, readMasterKeys } from '@relais/vault/master-key';
import {
  type CryptoKey,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';
import { registerAssociation, registerCarrier, registerClient } from '../bootstrap.ts';
import type { Rights } from '../clients/decide.ts';
import { openIssuer } from './issuer.ts';
import { tokenPath } from './provider.ts';
import { issuerMigrations } from './signing-keys.ts';

/** What is needed of tap's `t`. */
type Test = Parameters<typeof freshDatabase>[0];

export type ProbeClient = {
  readonly clientId: ClientId;
  readonly association: AssociationId;
  readonly privateKey: CryptoKey;
  readonly publicKey: PublicKey;
};

/** A database with the log and the issuer's tables, and a key to encrypt with. */
export async function issuerStore(t: Test) {
  const { database, url } = await freshDatabase(t);
  await migrate(database, eventLogMigrations);
  await migrate(database, issuerMigrations);
  const log = openPostgresLog(database);
  t.teardown(() => log.close());
  const masters = readMasterKeys(
    Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url'),
  );
  return { database, url, log, masters };
}

/** The issuer on a server of its own: one process of several. Without `issuer` its own address is the issuer's URL. */
export async function serveIssuer(
  t: Test,
  store: { readonly database: Database; readonly log: Log; readonly masters: MasterKeys },
  options: {
    readonly issuer?: string;
    readonly now?: () => Date;
    readonly answerMaxMs?: number;
  } = {},
): Promise<{ readonly url: string; readonly errors: readonly object[] }> {
  const server = createServer((request, response) => issuer.handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = new AbortController();
  const errors: object[] = [];
  const issuer = await openIssuer({
    ...store,
    issuer: options.issuer ?? url,
    now: options.now ?? (() => new Date()),
    ...(options.answerMaxMs && { answerMaxMs: options.answerMaxMs }),
    signal: stop.signal,
    logger: { error: (details) => errors.push(details) },
  });
  t.teardown(async () => {
    stop.abort();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url, errors };
}

/** Registers an association of its own for this client, and the client. */
export async function probeClient(
  log: Log,
  rights: Rights = { role: 'partner', remit: [] },
  algorithm: 'ES256' | 'EdDSA' = 'ES256',
): Promise<ProbeClient> {
  const { privateKey, publicKey } = await probeKey(algorithm);
  const clientId = ClientId.parse(crypto.randomUUID());
  const association = AssociationId.parse(crypto.randomUUID());
  const [label, keys, now] = ['Logiciel partenaire', [publicKey], new Date()] as const;
  if (rights.role === 'administrator') {
    const administrator = clientId;
    await registerCarrier(log, { association, profile, administrator, label, keys, now });
  } else {
    await registerAssociation(log, { association, profile, now });
    await registerClient(log, { client: clientId, association, label, keys, ...rights }, now);
  }
  return { clientId, association, privateKey, publicKey };
}

export const profile = AssociationProfile.parse({
  name: 'Auberge des migrants',
  kind: 'association',
  themes: [],
  communes: [],
  acceptsOpenReferrals: true,
  languages: ['fr'],
});

export async function probeKey(algorithm: 'ES256' | 'EdDSA' = 'ES256') {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const publicKey = PublicKey.parse({ ...jwk, kid, alg: algorithm, use: 'sig' });
  return { privateKey: pair.privateKey, publicKey };
}

/** A client assertion as RFC 7523 §3 wants it; the changes make it a wrong one. */
export async function assertionOf(
  client: ProbeClient,
  audience: string,
  { claims = {}, header = {} }: { claims?: object; header?: Partial<JWTHeaderParameters> } = {},
): Promise<string> {
  const nowSeconds = Math.floor(Date.now() / 1000);
  return await new SignJWT({
    iss: client.clientId,
    sub: client.clientId,
    aud: audience,
    jti: crypto.randomUUID(),
    iat: nowSeconds,
    exp: nowSeconds + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: client.publicKey.alg, kid: client.publicKey.kid, ...header })
    .sign(client.privateKey);
}

/** Posts to the token endpoint. */
export async function requestToken(
  url: string,
  assertion: string,
  parameters: { readonly [name: string]: string } = {},
): Promise<{ readonly status: number; readonly body: { [name: string]: string } }> {
  const response = await fetch(`${url}${tokenPath}`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      resource: 'urn:relais:referrals',
      ...parameters,
    }),
  });
  return { status: response.status, body: (await response.json()) as { [name: string]: string } };
}
