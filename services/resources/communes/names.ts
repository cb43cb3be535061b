/**
 * A place name as one compares it: without accents, hyphens, apostrophes and case, `St` written out, `CEDEX 2` and the
 * number of an arrondissement's post office left away.
 */
export function plainName(name: string): string {
  const words = name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replace(/\bs\//g, 'sur ')
    .replace(/[^a-z0-9]+/g, ' ')
    .replace(/ cedex( \d+)?\s*$/, '')
    .trim()
    .split(' ');
  return words.map((word) => written[word] ?? word).join(' ');
}

const written: { readonly [short: string]: string } = { st: 'saint', ste: 'sainte' };

const articles = /^(?:l|la|le|les) /;

/** The same without a leading article: people write `Havre` and `Le Havre`. */
export const withoutArticle = (plain: string): string => plain.replace(articles, '');
