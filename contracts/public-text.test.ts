import t from 'tap';
import { identifierIn, PublicLink, publicText } from './public-text.ts';

t.test('numbers of persons are seen in any script and grouping', async (t) => {
  for (const words of [
    ...['06 12 34 56 78', '06/12/34/56/78', '٠٦١٢٣٤٥٦٧٨', '۰۶۱۲۳۴۵۶۷۸', '０６１２３４５６７８'],
    ...['\u200f٠٦-١٢-٣٤\u200e-٥٦-٧٨', '06\u200b12345678', '06–12–34–56–78', '06·12·34·56·78'],
    ...['06 - 12 - 34 - 56 - 78', '06_12_34_56_78', '06     12     34     56     78'],
    ...['(06) 12 34 56 78', '06 (12) 34 56 78', '+33 (0)6 12 34 56 78', '00 33 6 12 34 56 78'],
    ...['06:12:34:56:78', '06,12,34,56,78', '06|12|34|56|78', '06*12*34*56*78', '06•12•34•56•78'],
    ...['Tel06 12 34 56 78', 'O6 12 34 56 78', 'tel0612345678', 'FR7630006000011234567890189'],
    '0️⃣6️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣',
    ...[
      '06/24/24/17/18',
      '06 15 17 18 17',
      '06/12 - 11/10 - 09',
      '06/12/11/10/09',
      '06 24/24 15 17',
      '06-15-17-18-17',
      '01/12/11/10/09',
    ],
    ...['CS 06 12 34 56 78', 'SIRET 06 12 34 56 78', '06.12.34.56.78', '06 12 34 56 78 €'],
    'zéro six douze trente-quatre cinquante-six soixante-dix-huit',
  ]) {
    t.equal(identifierIn(`أو Appelez : ${words}`), 'number', words);
  }
});

t.test('e-mail addresses are seen however they are written', async (t) => {
  for (const words of [
    ...['a@example.org', 'a＠example.org', 'a @ example.org', '<a.b-c@mail.example.org>'],
    ...['a (at) example.org', 'a[at]example[dot]org', 'a {arobase} example (point) org'],
    'a arobase example point org',
  ]) {
    t.equal(identifierIn(`Écrire à ${words}.`), 'email', words);
  }
});

t.test('who is called by name is seen, and when somebody was born', async (t) => {
  for (const words of [
    'Mme Diallo',
    'M. Ba',
    'MONSIEUR DIALLO',
    'Madame Élise',
    'Mlle Ông',
    'Mrs Smith',
    'Ms Diallo',
  ]) {
    t.equal(identifierIn(`Ce que dit ${words}.`), 'name', words);
  }
  for (const words of [
    'née le 12 mars 1990',
    'Né le 12/03/1990',
    'Elle est née le 12 mars',
    'Né le 1er janvier 1990',
  ]) {
    t.equal(identifierIn(words), 'birth', words);
  }
});

t.test('what names nobody is let through', async (t) => {
  for (const words of [
    ...['Le 01/02/2026 ou le 2026-02-03', 'En ٢٠٢٦-٠٢-٠١, au ١١٥', 'Le 01/02/2026 - 03/02/2026'],
    ...['En 2025/2026', '2024, 2025 et 2026', 'Années 2023-2024-2025', '2024 2025 2026'],
    ...['De 9:30 - 12:30 et 14:00 - 18:00', 'Mo-Fr 08:30-12:30,13:30-17:30'],
    ...['Le 115, 119, 3919 ou 3977', 'Départements 02, 59, 60, 62, 80', '10 000 € et 20 000 €'],
    'https://www.legifrance.gouv.fr/codes/article_lc/LEGIARTI000042771966',
    'L’association W595001234, article L. 744-1 à L. 744-10',
    ...['Suivez @relais. Merci', 'Rendez-vous @ Dunkerque. Merci', 'un point org'],
    ...['Madame, Monsieur', 'Madame la Préfète', 'M. le Maire', 'Mme X', 'Madame Monsieur'],
    ...['12 rue Monsieur Vincent', 'Place Mme Curie', 'Les personnes nées le 1er janvier'],
    ...['Les enfants nés en France', 'Notre association est née le 12 mars 1998'],
    ...['CS 20003 - 59039 Lille Cedex', 'BP 12345, 59140 Dunkerque', 'BP 123 - 59140 Dunkerque'],
    ...['Lundi 09.00-12.00 / 14.00-17.00', 'De 9.30 - 12.30 et 14.00 - 18.00'],
    ...[
      'De 10 000 - 20 000 €',
      '1 250 000 € - 1 300 000 euros',
      'ECLI:FR:CECHR:2018:411695.20181228',
    ],
    ...['Urgences : 15/17/18/112', '15 - 17 - 18 - 112 - 114 - 115', 'Le 115 - 24/24 - 7/7'],
    ...['Les 02/12 - 09/12 - 16/12', 'Du 01/12/26 - 08/12/26', 'Le 115/119/3919/116 117'],
    ...['SIREN 552 100 554', 'SIRET : 552 100 554 00012', 'ISBN 978-2-07-036822-8'],
  ]) {
    t.equal(identifierIn(words), undefined, words);
  }
});

t.test('links lead to pages, not to persons', async (t) => {
  for (const link of [
    'https://example.org/?to=amina%40example.org',
    'https://example.org/?q=%E9&to=amina%40example.org',
    'https://wa.me/33612345678',
    'https://t.me/+33612345678',
    'https://example.org/appel/06-12-34-56-78',
  ]) {
    t.notOk(PublicLink.safeParse(link).success, link);
  }
  for (const link of [
    'https://www.legifrance.gouv.fr/loda/id/JORFTEXT000037381808',
    'https://www.lemonde.example/article/2024/03/01/titre_6219475_3224.html',
    'https://example.org/100%25?q=%E9',
  ]) {
    t.ok(PublicLink.safeParse(link).success, link);
  }
});

t.test('who is refused learns what to take out', async (t) => {
  const { error } = publicText(50).safeParse('Mme Diallo');
  t.match(error?.issues, [{ params: { code: 'personal-data', fr: /sans / } }]);
});
