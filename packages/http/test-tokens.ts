import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Role } from '@relais/contracts/identity';
import {
  type CryptoKey,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  SignJWT,
} from 'jose';

const kid = 'test';
const alg = 'ES256';
const minute = 60;

export type TokenRequest = {
  readonly service: string;
  readonly role: Role;
  readonly association: string;
  readonly clientId?: string;
  readonly remit?: readonly string[];
  /** Claims to add or, with `undefined`, to leave out. */
  readonly claims?: JWTPayload;
};

/** An issuer within the test's process: for tests of services that need tokens, not of the identity service. */
export type TestIssuer = {
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  readonly jwks: JSONWebKeySet;
  readonly privateKey: CryptoKey;
  /** An access token as the identity service would issue it, valid for a minute. */
  readonly token: (request: TokenRequest) => Promise<string>;
};

/** A fresh issuer with a key of its own. */
export async function testIssuer(issuer = 'https://issuer.test'): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid, alg, use: 'sig' }] };
  return {
    issuer,
    jwks,
    keys: createLocalJWKSet(jwks),
    privateKey,
    token({ service, role, association, clientId = association, remit = [], claims = {} }) {
      const issuedAt = Math.floor(Date.now() / 1000);
      const payload = {
        iss: issuer,
        sub: clientId,
        aud: `urn:relais:${service}`,
        client_id: clientId,
        iat: issuedAt,
        exp: issuedAt + minute,
        jti: randomUUID(),
        role,
        association,
        ...(role === 'coordinator' && { remit: [...remit] }),
        ...claims,
      };
      return new SignJWT(payload).setProtectedHeader({ alg, typ: 'at+jwt', kid }).sign(privateKey);
    },
  };
}

/** One that can be asked for its keys, as a service does that is given its address only. */
export async function servedIssuer(t: {
  teardown(cleanUp: () => Promise<void>): unknown;
}): Promise<TestIssuer> {
  const found: { issuer?: TestIssuer } = {};
  const server = createServer((request, response) => {
    const { issuer = '', jwks } = found.issuer ?? {};
    const isMetadata = request.url?.startsWith('/.well-known/') === true;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(isMetadata ? { issuer, jwks_uri: `${issuer}/jwks` } : jwks));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.teardown(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  found.issuer = await testIssuer(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return found.issuer;
}
