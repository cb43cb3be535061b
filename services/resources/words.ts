import { directionOf, preferredOf } from '@relais/http/language';

type Words = { readonly [field: string]: string | null };

export type Worded<Original extends Words> = {
  readonly words: Original;
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly availableLanguages: string[];
  readonly untranslated: string[];
};

/**
 * What was written, in the language of Accept-Language that fits best, else in the original one. What nobody has
 * translated stays in the original, and is named.
 */
export function wordsIn<Original extends Words>(
  header: string | undefined,
  original: Original,
  { language, translations }: { readonly language: string; readonly translations: object },
): Worded<Original> {
  const byLanguage = translations as { readonly [language: string]: Partial<Words> };
  const availableLanguages = [...new Set([language, ...Object.keys(byLanguage)])];
  const best = preferredOf(header, availableLanguages) ?? language;
  const translated = best === language ? original : (byLanguage[best] ?? {});
  const words: { [field: string]: string | null } = {};
  const untranslated: string[] = [];
  for (const [field, text] of Object.entries(original)) {
    words[field] = translated[field] ?? text;
    if (text !== null && translated[field] == null) untranslated.push(field);
  }
  return {
    words: words as Original,
    language: best,
    direction: directionOf(best),
    availableLanguages,
    untranslated,
  };
}

/** Tells in which languages an answer is (RFC 9110 §8.5). */
export function languageHeaders(
  reply: { header(name: string, value: string): unknown },
  languages: readonly string[],
): void {
  if (languages.length > 0) reply.header('content-language', [...new Set(languages)].join(', '));
  reply.header('vary', 'accept-language');
}
