/** Text without accents and without what PostgreSQL cannot store: French stems are the same with and without them. */
export const folded = (words: string): string =>
  words
    .toWellFormed()
    .replaceAll('\u0000', ' ')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();
