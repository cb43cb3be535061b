/** Texts that everybody may read: refused where they hold what obviously names or reaches a person. */
import { text } from './values.ts';

/** Dates are digits too, and name nobody. */
const dates =
  /(?<!\p{Nd})(?:\p{Nd}{4}-\p{Nd}{2}-\p{Nd}{2}|\p{Nd}{1,2}[./-]\p{Nd}{1,2}[./-]\p{Nd}{4})(?!\p{Nd})/gu;
const email = /[^\s@<>()]+@[^\s@<>()]+\.\p{L}{2,}/u;
const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/iu;
/** Phone numbers, social security and foreigners' numbers: nine digits or more, of any script, grouped or not. */
const number = /(?<![\p{L}\p{Nd}])\+?\p{Nd}(?:[\s./·_\p{Pd}]{0,3}\p{Nd}){8,}/u;

/** What kind of identifier the text holds; undefined for none that a program can see. Names it cannot. */
export function identifierIn(words: string): 'email' | 'id' | 'number' | undefined {
  // As it is read: fullwidth signs are signs, and marks that say the direction are not seen.
  const seen = words.normalize('NFKC').replace(/\p{Cf}/gu, '');
  if (email.test(seen)) return 'email';
  if (uuid.test(seen)) return 'id';
  return number.test(seen.replace(dates, 'date')) ? 'number' : undefined;
}

/** Text of at most so many characters in which no phone number, e-mail address or identifier stands. */
export const publicText = (max: number) =>
  text(max).refine((words) => identifierIn(words) === undefined, {
    error: 'holds a phone number, an e-mail address or an identifier of a person',
  });
