/**
 * A text as it is searched: lower case, without accents, vowel signs and lengthenings; the forms of one Arabic letter
 * as one, and Arabic words without their article; French words without those endings by which PostgreSQL tells apart
 * what is the same word. With it stored words and typed ones meet.
 */
export function plainText(text: string): string {
  return (
    text
      .normalize('NFKD')
      .replace(/[\p{M}\u0640]/gu, '')
      .toLowerCase()
      .replaceAll('œ', 'oe')
      .replaceAll('æ', 'ae')
      .replaceAll('ى', 'ي')
      .replaceAll('ی', 'ي')
      .replaceAll('ک', 'ك')
      .replaceAll('ة', 'ه')
      // An apostrophe that Unicode counts among the letters parts words, too.
      .replace(/(?:[^\p{L}\p{N}]|\u02bc)+/gu, ' ')
      .replace(/(?<=^| )و?ال(?=\p{L}{3})/gu, '')
      .replace(/(?<=\p{L}{2})e{2,3}s?(?= |$)/gu, 'e')
      .replace(/(?<=\p{L}{2}(?:[ig]|ch|ll))eres?(?= |$)/gu, 'er')
      .replace(/(?<=\p{L}{2}[^v])ers(?= |$)/gu, 'er')
      .replace(/(?<=\p{L}{4})aises?(?= |$)/gu, 'ais')
      .replace(/(?<=(?:^| )(?:demand|travaill|chom))euses?(?= |$)/gu, 'eur')
      .trim()
  );
}

const wordsMax = 10;

/** The different words of what was typed, at most ten, as they are searched. */
export const wordsOf = (typed: string): string[] =>
  [...new Set(plainText(typed).split(' '))]
    .filter((word) => word !== '' && word.length <= 60)
    .slice(0, wordsMax);
