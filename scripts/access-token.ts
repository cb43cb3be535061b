import { readFile } from 'node:fs/promises';
import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose';

/** A client as `.data/platform.json` lists it: where its issuer is and where its private key lies. */
export type PlatformClient = {
  readonly issuer: string;
  readonly clientId: string;
  /** File with the private JWK. */
  readonly keyFile: string;
};

/** An access token for one service (`urn:relais:referrals`, say), good for five minutes: RFC 7523 §2.2 and RFC 8707. */
export async function accessToken(client: PlatformClient, audience: string): Promise<string> {
  const jwk: JWK = JSON.parse(await readFile(client.keyFile, 'utf8'));
  const assertion = await new SignJWT({})
    .setProtectedHeader({ alg: jwk.alg ?? 'ES256', kid: jwk.kid ?? '' })
    .setIssuer(client.clientId)
    .setSubject(client.clientId)
    .setAudience(client.issuer)
    .setJti(crypto.randomUUID())
    .setIssuedAt()
    .setExpirationTime('60s')
    .sign((await importJWK(jwk)) as CryptoKey);
  const response = await fetch(`${client.issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      resource: audience,
    }),
    signal: AbortSignal.timeout(10_000),
  });
  const answer = (await response.json()) as { access_token?: string; error?: string };
  if (answer.access_token === undefined) throw new Error(`no token: ${answer.error}`);
  return answer.access_token;
}
