import { hash } from 'node:crypto';
import { AccessTokenClaims, tokenSecondsMax } from '@relais/contracts/identity';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Authenticate } from './app-options.ts';
import type { Caller } from './caller.ts';
import { isCompactToken } from './compact-token.ts';
import { HttpProblem } from './problem.ts';
import type { Rights } from './rights.ts';

export type TokenOptions = {
  readonly issuer: string;
  /** `urn:relais:<service>`. */
  readonly audience: string;
  /** The issuer's JWKS (RFC 7517). */
  readonly keys: JWTVerifyGetKey;
  readonly rights: Pick<Rights, 'standing'>;
  readonly now: () => Date;
};

const algorithms = ['ES256', 'EdDSA', 'PS256', 'RS256'];
const clockToleranceSeconds = 5;
const verifiedMax = 10_000;

const printable = z.string().regex(/^[\x21-\x7e]{1,200}$/);
const seconds = z.int().nonnegative();
/** RFC 9068 §2.2. `aud` is one text: a token for several services could be passed on from one to another. */
const Claims = AccessTokenClaims.extend({
  iss: z.string(),
  sub: printable,
  aud: z.string(),
  client_id: printable,
  iat: seconds,
  exp: seconds,
  nbf: seconds.optional(),
  jti: printable,
});
/** Headers that carry or name a key, or change what is signed. None is ever needed, each has been an attack. */
const Header = z.looseObject({
  kid: z.string().min(1).max(200),
  crit: z.never().optional(),
  b64: z.never().optional(),
  zip: z.never().optional(),
  jku: z.never().optional(),
  jwk: z.never().optional(),
  x5u: z.never().optional(),
  x5c: z.never().optional(),
});

type Verified = { readonly caller: Caller; readonly issuedAt: number; readonly expiresAt: number };

/** The keys of a remote issuer: cached ten minutes; an unknown `kid` asks again, every 30 s at most. */
export const remoteKeys = (url: URL): JWTVerifyGetKey =>
  createRemoteJWKSet(url, {
    timeoutDuration: 2_000,
    cooldownDuration: 30_000,
    cacheMaxAge: 600_000,
  });

/**
 * Verifies access tokens (RFC 9068). A verified token is remembered by its hash until it expires, so that most
 * requests cost one SHA-256; whether the client still has its rights is asked every time.
 */
export function tokenAuthentication(options: TokenOptions): Authenticate {
  const verified = new Map<string, Verified>();
  return (authorization) => {
    const token = bearerToken(authorization);
    const key = hash('sha256', token, 'base64url');
    const known = verified.get(key);
    if (known !== undefined) return admit(known, options);
    return verify(token, options).then((fresh) => {
      // Oldest first: an entry is at most five minutes worth.
      for (const oldest of verified.keys()) {
        if (verified.size < verifiedMax) break;
        verified.delete(oldest);
      }
      verified.set(key, fresh);
      return admit(fresh, options);
    });
  };
}

function bearerToken(authorization: string | undefined): string {
  if (authorization === undefined) throw unauthorized('token-missing');
  const token = /^Bearer ([^ ]*)$/i.exec(authorization)?.[1];
  if (token === undefined || !isCompactToken(token)) throw unauthorized('token-invalid');
  return token;
}

function admit({ caller, issuedAt, expiresAt }: Verified, { rights, now }: TokenOptions): Caller {
  if (expiresAt + clockToleranceSeconds <= now().getTime() / 1000) {
    throw unauthorized('token-expired');
  }
  switch (rights.standing(caller.clientId, issuedAt)) {
    case 'good':
      return caller;
    case 'withdrawn':
      throw unauthorized('client-disabled');
    case 'unknown-yet':
      throw new HttpProblem('not-ready');
  }
}

async function verify(token: string, options: TokenOptions): Promise<Verified> {
  const { issuer, audience, keys, now } = options;
  const result = await jwtVerify(
    token,
    (header, input) => {
      Header.parse(header);
      return keys(header, input);
    },
    {
      algorithms,
      typ: 'at+jwt',
      issuer,
      audience,
      clockTolerance: clockToleranceSeconds,
      currentDate: now(),
    },
  ).catch((error: unknown) => {
    throw refusal(error);
  });
  const claims = Claims.safeParse(result.payload);
  if (!claims.success) throw unauthorized('token-invalid');
  const {
    client_id: clientId,
    sub: subject,
    association,
    role,
    remit = [],
    iat,
    exp,
  } = claims.data;
  const isTimely =
    exp > iat &&
    exp - iat <= tokenSecondsMax &&
    iat <= now().getTime() / 1000 + clockToleranceSeconds;
  if (!isTimely || claims.data.aud !== audience) throw unauthorized('token-invalid');
  return {
    caller: { clientId, subject, association, role, remit: role === 'coordinator' ? remit : [] },
    issuedAt: iat,
    expiresAt: exp,
  };
}

/** A key set that cannot be had is the issuer's fault, not the caller's. */
function refusal(error: unknown): HttpProblem {
  if (error instanceof errors.JWTExpired) return unauthorized('token-expired');
  const isIssuerDown =
    error instanceof errors.JWKSTimeout ||
    error instanceof errors.JWKSInvalid ||
    (error instanceof errors.JOSEError && error.code === 'ERR_JOSE_GENERIC') ||
    (error instanceof TypeError && error.message === 'fetch failed');
  return isIssuerDown ? new HttpProblem('unavailable') : unauthorized('token-invalid');
}

/** RFC 6750 §3: no error code when no token was sent. */
function unauthorized(
  code: 'token-missing' | 'token-invalid' | 'token-expired' | 'client-disabled',
) {
  const error = code === 'token-missing' ? '' : ', error="invalid_token"';
  return new HttpProblem(code, {
    headers: { 'www-authenticate': `Bearer realm="relais"${error}` },
  });
}
