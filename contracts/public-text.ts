/** Texts that everybody may read: refused where they hold what obviously names or reaches a person. */
import { text } from './values.ts';

/** Dates are digits too, and name nobody. */
const dates = /\b(?:\d{4}-\d\d-\d\d|\d\d?[./-]\d\d?[./-]\d{4})\b/gu;
const email = /[^\s@<>()]+@[^\s@<>()]+\.\p{L}{2,}/u;
const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/iu;
/** Phone numbers, social security and foreigners' numbers: nine digits or more, grouped or not. */
const number = /(?<![\p{L}\d])\+?\d(?:[\s.\u00a0-]?\d){8,}/u;

/** What kind of identifier the text holds; undefined for none that a program can see. Names it cannot. */
export function identifierIn(words: string): 'email' | 'id' | 'number' | undefined {
  if (email.test(words)) return 'email';
  if (uuid.test(words)) return 'id';
  return number.test(words.replace(dates, '·')) ? 'number' : undefined;
}

/** Text of at most so many characters in which no phone number, e-mail address or identifier stands. */
export const publicText = (max: number) =>
  text(max).refine((words) => identifierIn(words) === undefined, {
    error: 'holds a phone number, an e-mail address or an identifier of a person',
  });
