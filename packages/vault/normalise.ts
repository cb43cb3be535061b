/**
 * Texts made comparable, so that two associations that wrote down the same person find each other. Pure, and
 * part of what a match key means: a change here makes older match keys useless, and needs new ones.
 */

/** Letters that decompose into nothing simpler, and Arabic pairs that are written for each other. */
const sameLetters: Readonly<Record<string, string>> = {
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
  ة: 'ه',
};

/**
 * A name without case, accents, vowel signs, punctuation and order of its words, in its own script: nothing is
 * transliterated, because there is no one way to. Empty when nothing of it is a letter or a digit.
 */
export function normaliseName(name: string): string {
  const folded = fold(fold(name));
  return folded
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .sort()
    .join(' ');
}

/** A birth date as `YYYY-MM-DD`, or what is known of it (`YYYY-MM`, `YYYY`); digits of any script. Empty when there is none. */
export function normaliseBirthDate(date: string): string {
  const match = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/.exec(
    asciiDigits(date.normalize('NFKD').trim()),
  );
  return match === null ? '' : match[0];
}

/**
 * A phone number as E.164 writes it: `+` and digits. A number without a country is taken for one of
 * `countryCode`; empty when there are too few or too many digits for a number.
 */
export function normalisePhone(phone: string, countryCode = '33'): string {
  const text = asciiDigits(phone.normalize('NFKC')).replace(/\(0\)/g, '');
  const international = /^\D*\+/.test(text);
  const digits = text.replace(/\D/g, '');
  const number = international
    ? digits
    : digits.startsWith('00')
      ? digits.slice(2)
      : countryCode + digits.replace(/^0/, '');
  return /^[1-9]\d{6,14}$/.test(number) ? `+${number}` : '';
}

/** Compatibility forms can hide upper case and accents from one pass, hence two. */
const fold = (text: string): string =>
  asciiDigits(
    text
      .normalize('NFKD')
      .toUpperCase()
      .toLowerCase()
      .normalize('NFKD')
      // Marks, invisible directions and joiners, the Arabic tatweel; apostrophes join rather than part.
      .replace(/[\p{M}\p{Cf}ـ'’ʼ`´]/gu, '')
      .replace(/./gu, (letter) => sameLetters[letter] ?? letter),
  );

/** Digits of any script as 0 to 9: they stand in runs that start at zero, ten long or a multiple of it. */
function asciiDigits(text: string): string {
  return text.replace(/\p{Nd}/gu, (digit) => String(digitValue(digit)));
}

function digitValue(digit: string): number {
  const code = digit.codePointAt(0) ?? 0;
  let first = code;
  while (/^\p{Nd}$/u.test(String.fromCodePoint(first - 1))) first -= 1;
  return (code - first) % 10;
}
