import { errors, type JWTVerifyGetKey } from 'jose';
import { z } from 'zod';
import { remoteKeys } from './token.ts';

/** OpenID Connect Discovery 1.0 §3: what is needed of the issuer's metadata. */
const Metadata = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });

const discoveryTimeoutMs = 2_000;

/**
 * The keys of any OpenID Connect issuer, found through its discovery document at the first token: a service starts
 * while its issuer is away. Until the document was had, each token asks again; all that wait share one request.
 */
export function issuerKeys(issuer: string): JWTVerifyGetKey {
  let discovered: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    discovered ??= discover(issuer).catch((error: unknown) => {
      discovered = undefined;
      throw error;
    });
    return (await discovered)(header, token);
  };
}

/** The errors are those that token.ts takes for the issuer's fault. */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const signal = AbortSignal.timeout(discoveryTimeoutMs);
  const document: unknown = await fetch(`${issuer}/.well-known/openid-configuration`, { signal })
    .then((answer) => answer.json())
    .catch((error: unknown) => {
      throw new errors.JWKSTimeout('the issuer does not answer', { cause: error });
    });
  const metadata = Metadata.safeParse(document);
  if (!metadata.success || metadata.data.issuer !== issuer) {
    throw new errors.JWKSInvalid('the issuer’s metadata are not its own');
  }
  return remoteKeys(new URL(metadata.data.jwks_uri));
}
