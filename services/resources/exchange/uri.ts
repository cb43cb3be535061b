/** Signs that an address may have as they are (RFC 3986); brackets only around a host, which has none here. */
const unsafe = /[^\w\-.~:/?#@!$&'()*+,;=%]|%(?![\da-f]{2})|(?<=#.*)#/gi;

/**
 * A web address as the published schemas want it, who take RFC 3986 at its word: browsers, and so we, also take accents,
 * spaces and brackets. One that is good stays as it is written.
 */
export const uriOf = (address: string | null): string | null =>
  address === null || address.search(unsafe) < 0
    ? address
    : new URL(address).href.replace(unsafe, encoded);

const encoded = (sign: string): string =>
  sign === '%' ? '%25' : sign === '#' ? '%23' : encodeURIComponent(sign);
