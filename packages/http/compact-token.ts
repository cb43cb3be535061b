const tokenBytesMax = 8 * 1024;
const alphabet = /^[A-Za-z0-9_-]+$/;
/** Last characters whose unused low bits are zero, by length modulo 4 (RFC 4648 §3.5). */
const canonicalEnds = [undefined, '', 'AQgw', 'AEIMQUYcgkosw048'];

/**
 * True for the one compact form a token has: three parts of canonical base64url and nothing else. jose alone skips
 * white space in the signature and ignores its spare bits, which gives one token many spellings.
 */
export function isCompactToken(token: string): boolean {
  if (token.length > tokenBytesMax) return false;
  const parts = token.split('.', 4);
  return parts.length === 3 && parts.every(isCanonical);
}

function isCanonical(part: string): boolean {
  if (!alphabet.test(part)) return false;
  const ends = canonicalEnds[part.length % 4];
  return ends === undefined || (ends !== '' && ends.includes(part.at(-1) ?? ' '));
}
