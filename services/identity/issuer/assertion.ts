import { tokenSecondsMax } from '@relais/contracts/identity';
import { isCompactToken } from '@relais/http/compact-token';
import { errors } from 'oidc-provider';

/** Clocks of clients may differ from ours by so much. */
export const clockToleranceSeconds = 10;

/**
 * What the library leaves to us about a client assertion whose signature, issuer and expiry hold: one audience, a short
 * life, and an id of reasonable size. Throws invalid_client.
 */
export function checkAssertion({
  audiences,
  assertion,
  claims,
  nowSeconds,
}: {
  /** The issuer and its token endpoint. */
  readonly audiences: readonly string[];
  readonly assertion: unknown;
  readonly claims: { readonly [name: string]: unknown };
  readonly nowSeconds: number;
}): void {
  const { aud, exp, jti } = claims;
  check(typeof assertion === 'string' && isCompactToken(assertion), 'it is not in compact form');
  check(typeof aud === 'string' && audiences.includes(aud), 'it is for somebody else');
  check(Number.isInteger(exp), 'its expiry is not in whole seconds');
  check(Number(exp) <= nowSeconds + tokenSecondsMax + clockToleranceSeconds, 'it lives too long');
  check(typeof jti === 'string' && jti.length <= 200, 'its id is too long');
}

/** The reason stays here: RFC 6749 answers every failed authentication alike. */
function check(holds: boolean, reason: string): void {
  if (!holds) throw new errors.InvalidClientAuth(reason);
}
