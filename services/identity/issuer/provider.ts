import { Audience, tokenSecondsMax } from '@relais/contracts/identity';
import {
  type AdapterFactory,
  type Client,
  type Configuration,
  errors,
  type KoaContextWithOIDC,
  Provider,
} from 'oidc-provider';
import type { ClientRights } from './adapter.ts';
import { checkAssertion, clockToleranceSeconds } from './assertion.ts';
import { type SigningKey, signingAlgorithm } from './signing-keys.ts';

/** Below the issuer's URL. */
export const tokenPath = '/oauth/token';
export const jwksPath = '/oauth/jwks';

/** Ways a client may sign its assertion. */
const clientAlgorithms = ['ES256', 'EdDSA', 'Ed25519'] as const;

/**
 * The OpenID Connect provider with one grant (client_credentials), one way to authenticate (private_key_jwt, RFC 7523) and
 * access tokens as JWT (RFC 9068) for one service each (RFC 8707). It holds the keys it is built with: a changed set takes
 * a new provider.
 */
export function buildProvider(options: {
  readonly issuer: string;
  readonly keys: readonly SigningKey[];
  /** The kid that signs at the moment of the request. */
  readonly currentKid: () => string;
  readonly adapter: AdapterFactory;
}): Provider {
  return new Provider(options.issuer, {
    ...silent,
    adapter: options.adapter,
    jwks: { keys: options.keys.map((key) => key.privateKey) },
    routes: { token: tokenPath, jwks: jwksPath },
    clockTolerance: clockToleranceSeconds,
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: {
      clientAuthSigningAlgValues: [...clientAlgorithms],
      idTokenSigningAlgValues: [signingAlgorithm],
    },
    clientDefaults: {
      id_token_signed_response_alg: signingAlgorithm,
      grant_types: ['client_credentials'],
      response_types: [],
      token_endpoint_auth_method: 'private_key_jwt',
    },
    extraClientMetadata: { properties: ['role', 'association', 'remit', 'rightsSince'] },
    assertJwtClientAuthClaimsAndHeader: (ctx, claims) =>
      checkAssertion({
        audiences: [options.issuer, `${options.issuer}${tokenPath}`],
        assertion: ctx.oidc.params?.client_assertion,
        claims,
        nowSeconds: Date.now() / 1000,
      }),
    extraTokenClaims: (ctx) => rightsClaims(clientOf(ctx)),
    ttl: { ClientCredentials: tokenSecondsMax },
    formats: { customizers: { jwt: (ctx, _, parts) => neverBeforeRights(clientOf(ctx), parts) } },
    features: features(options.currentKid),
    renderError: (ctx, out) => {
      ctx.body = out;
    },
  });
}

const features = (currentKid: () => string): Configuration['features'] => ({
  clientCredentials: { enabled: true },
  resourceIndicators: {
    enabled: true,
    defaultResource: () => {
      throw new errors.InvalidTarget('name the service in `resource`');
    },
    getResourceServerInfo: (_, resource) => {
      if (!Audience.safeParse(resource).success) throw new errors.InvalidTarget('no such service');
      return {
        scope: '',
        audience: resource,
        accessTokenFormat: 'jwt',
        accessTokenTTL: tokenSecondsMax,
        jwt: { sign: { alg: signingAlgorithm, kid: currentKid() } },
      };
    },
  },
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  pushedAuthorizationRequests: { enabled: false },
  rpInitiatedLogout: { enabled: false },
  userinfo: { enabled: false },
});

/** No person ever signs in here: nothing of that is offered. */
const silent = {
  responseTypes: [],
  scopes: [],
  claims: { openid: ['sub'] },
} satisfies Configuration;

function rightsClaims({ role, association, remit }: ClientRights) {
  return role === 'coordinator' ? { role, association, remit } : { role, association };
}

/** A token issued in the second of a change would look older than the change and be refused everywhere. */
function neverBeforeRights({ rightsSince }: ClientRights, parts: { payload: object }): void {
  const payload = parts.payload as { iat: number };
  payload.iat = Math.max(payload.iat, rightsSince);
}

function clientOf(ctx: KoaContextWithOIDC): Client & ClientRights {
  if (ctx.oidc.client === undefined) throw new Error('a token without a client');
  return ctx.oidc.client as Client & ClientRights;
}
