/**
 * A text as it is searched: lower case, without accents, vowel signs and lengthenings; the forms of one Arabic letter
 * as one, and Arabic words without their article.
 */
export function plainText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\u0640]/gu, '')
    .toLowerCase()
    .replaceAll('œ', 'oe')
    .replaceAll('æ', 'ae')
    .replaceAll('ى', 'ي')
    .replaceAll('ی', 'ي')
    .replaceAll('ک', 'ك')
    .replaceAll('ة', 'ه')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .replace(/(?<=^| )و?ال(?=\p{L}{3})/gu, '')
    .trim();
}

const wordsMax = 10;

/** The different words of what was typed, at most ten, as they are searched. */
export const wordsOf = (typed: string): string[] =>
  [...new Set(plainText(typed).split(' '))]
    .filter((word) => word !== '' && word.length <= 60)
    .slice(0, wordsMax);
