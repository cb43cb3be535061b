/** Texts that everybody may read: refused where they hold what obviously names or reaches a person. */
import { WebAddress } from './directory.ts';
import { text } from './values.ts';

const at = String.raw`(?:@| @ | ?[([{<] ?(?:at|arobase|@) ?[)\]}>] ?| arobase )`;
const dot = String.raw`(?:\.| ?[([{<] ?(?:dot|point) ?[)\]}>] ?| (?:dot|point) )`;
const label = String.raw`[\p{L}\p{Nd}-]+`;
const email = new RegExp(String.raw`[^\s@]${at}${label}(?:${dot}${label})*${dot}\p{L}{2,}`, 'iu');

const uuid = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/iu;

const short = String.raw`(?:1[578]|11\p{Nd}|19[16]|3\p{Nd}{3}|116 ?\p{Nd}{3})`;
const day = String.raw`(?:0?[1-9]|[12]\p{Nd}|3[01])/(?:0[1-9]|1[0-2])`;
const several = (one: string) =>
  String.raw`(?<!\p{Nd}[ ./\p{Pd}]*)${one}(?: ?[/\p{Pd}] ?${one})+(?![ ./\p{Pd}]*\p{Nd})`;

/** Dates and years are digits too, and so are the numbers of laws, books and associations: they name nobody. */
const harmless = [
  /(?<!\p{Nd})(?:\p{Nd}{4}-\p{Nd}{2}-\p{Nd}{2}|\p{Nd}{1,2}[./-]\p{Nd}{1,2}[./-]\p{Nd}{4})(?!\p{Nd})/gu,
  /(?<!\p{Nd}.?)(?:19|20)\p{Nd}{2}(?:[ /-](?:19|20)\p{Nd}{2})+(?!\p{Nd})/gu,
  /(?<![\p{L}\p{Nd}])(?:\p{Lu}{8}\p{Nd}{12}|W\p{Nd}{9})(?![\p{L}\p{Nd}])/gu,
  /(?<!\p{L})(?:SIREN|SIRET) ?:? (?!0)\p{Nd}{3} ?\p{Nd}{3} ?\p{Nd}{3}(?: ?\p{Nd}{5})?(?! ?\p{Nd})/gu,
  /(?<!\p{L})(?:ISBN ?:? 97[89](?:[ -]?\p{Nd}){10}|ECLI(?::\p{Lu}+){2}:\p{Nd}{4}:\p{Nd}+\.\p{Nd}{8})(?!\p{Nd})/gu,
  // Numbers that everybody calls, around the clock; days without their year, or in short.
  new RegExp(several(short), 'gu'),
  /(?<!\p{Nd}[ ./]*)(?:24\/24|7\/7)(?![ ./]*\p{Nd})/gu,
  ...[day, String.raw`${day}/\p{Nd}{2}`].map((one) => new RegExp(several(one), 'gu')),
  // Opening hours with dots, the post box of an office with its postal code, and sums from one to another.
  /(?<!\p{Nd}\.?)(?:[01]?\p{Nd}|2[0-3])\.[0-5]\p{Nd} ?\p{Pd} ?(?:[01]?\p{Nd}|2[0-4])\.[0-5]\p{Nd}(?!\.?\p{Nd})/gu,
  /(?<!\p{L})(?:BP|CS|TSA) \p{Nd}{1,5}(?: ?[\p{Pd},] ?| )\p{Nd}{5}(?! ?\p{Nd})/gu,
  /(?<!\p{Nd} ?)(?!0)\p{Nd}{1,3}(?: \p{Nd}{3})+(?: ?\p{Pd} ?(?!0)\p{Nd}{1,3}(?: \p{Nd}{3})+)* ?(?:€|euros)/gu,
];
/** Phone numbers, social security and foreigners' numbers: nine digits or more, of any script, grouped or not. */
const number = /\p{Nd}(?:[ ./·_()\p{Pd}]{0,3}\p{Nd}){8,}/u;
/** Pairs as telephones have them, between signs that also part hours and lists. */
const pairs = /(?<!\p{Nd})0[1-9]([^\p{L}\p{Nd} ])\p{Nd}{2}(?:\1\p{Nd}{2}){3}(?!\p{Nd})/u;
const spelled =
  /z[ée]ro(?:[ ,.-]+(?:et )?(?:z[ée]ro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante|cinquante|soixante)(?!\p{L})){5,}/iu;

/** Who is addressed by the name, not by an office, nor a street. */
const name =
  /(?<!\p{L}|(?<!\p{L})(?:[Rr]ue|[Aa]venue|[Bb]oulevard|[Pp]lace) )(?:M\.|MM\.|Mrs?\.?|Ms\.?|Mmes?|Mlles?|Monsieur|Madame|Mademoiselle|MME|MLLE|MONSIEUR|MADAME) (?!(?:L[ae]s?|Monsieur|Madame|MONSIEUR|MADAME)(?!\p{L}))\p{Lu}\p{L}+/u;
/** Of a person: associations are born, too, and the first of January stands for a day that nobody knows. */
const birth =
  /(?<!\p{L})(?<!(?:association|collectif|fédération|réseau) (?:\p{L}+ )?est )n[ée]e?s? le (?!1er janvier(?! \p{Nd}))\p{Nd}/iu;

export type Identifier = 'email' | 'id' | 'number' | 'name' | 'birth';

/** What kind of identifier the text holds; undefined for none that a program can see. Most names it cannot. */
export function identifierIn(words: string): Identifier | undefined {
  // As it is read: fullwidth signs are signs, marks are not seen, and neither is how wide a space is.
  const seen = words
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{M}]/gu, '')
    .replace(/\s+/gu, ' ');
  if (email.test(seen)) return 'email';
  if (uuid.test(seen)) return 'id';
  if (name.test(seen)) return 'name';
  if (birth.test(seen)) return 'birth';
  const counted = harmless.reduce((rest, each) => rest.replace(each, 'date'), seen);
  return [number, pairs, spelled].some((each) => each.test(counted)) ? 'number' : undefined;
}

const refusal = {
  params: {
    code: 'personal-data',
    en: 'It holds a name, a date of birth, a telephone or other long number, an e-mail address or an id. Say it without: everybody may read it.',
    fr: 'Il s’y trouve un nom, une date de naissance, un numéro de téléphone ou un autre long numéro, une adresse électronique ou un identifiant. Dites-le sans : tout le monde peut le lire.',
  },
};

/** Text of at most so many characters in which no phone number, e-mail address or identifier stands. */
export const publicText = (max: number) =>
  text(max).refine((words) => identifierIn(words) === undefined, refusal);

const telephone = /(?<!\d)(?:0|(?:\+|00)?33)[1-9](?:[ ._-]?\d{2}){4}(?!\d)/;

/** A page: no link that writes to somebody or calls. Long numbers are usual in addresses of pages. */
export const PublicLink = WebAddress.refine((link) => {
  const seen = link.replace(/%([2-7][0-9a-f])/gi, (_, hex) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return !email.test(seen) && !telephone.test(seen);
}, refusal);
