import t from 'tap';
import { directionOf, preferredOf } from './language.ts';

t.test('the language a reader likes best of those there are', async (t) => {
  const available = ['fr', 'en', 'ar', 'zh-Hant'] as const;
  const cases: [string | undefined, string | undefined][] = [
    [undefined, undefined],
    ['', undefined],
    ['*', undefined],
    ['ps', undefined],
    ['ar', 'ar'],
    ['AR-sd', 'ar'],
    ['ps, ar;q=0.8, fr;q=0.9', 'fr'],
    ['en;q=0.5, fr;q=0.5', 'en'],
    ['fr;q=0', undefined],
    ['zh', 'zh-Hant'],
    ['zh-Hant-TW', 'zh-Hant'],
    ['e', undefined],
    ['not a language!, en', 'en'],
  ];
  for (const [header, expected] of cases) {
    t.equal(preferredOf(header, available), expected, header ?? 'no header');
  }
});

t.test('Arabic, Pashto, Dari and Hebrew run from right to left', async (t) => {
  for (const tag of [
    'ar',
    'ps',
    'prs',
    'fa',
    'he',
    'ur',
    'ckb',
    'pa-Arab',
    'pa-PK',
    'ar-abcde-abcde',
  ]) {
    t.equal(directionOf(tag), 'rtl', tag);
  }
  for (const tag of [
    'fr',
    'en',
    'ti',
    'am',
    'so',
    'ku',
    'pa',
    'az',
    'ar-Latn',
    'zz-1-x',
    'abc-x-Arab',
  ]) {
    t.equal(directionOf(tag), 'ltr', tag);
  }
});
