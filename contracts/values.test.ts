import { randomUUID } from 'node:crypto';
import t from 'tap';
import { ChangeContact } from './cases.ts';
import { contact } from './directory.ts';
import { PersonId } from './ids.ts';
import { identifierIn } from './public-text.ts';
import { Day, Instant } from './values.ts';

t.test('a moment is one that rows can hold', async (t) => {
  t.equal(Instant.parse('1900-01-01T00:00:00Z'), '1900-01-01T00:00:00Z');
  t.equal(Day.parse('2028-02-29'), '2028-02-29');
  for (const year of ['0000', '0001', '1899']) {
    t.throws(() => Instant.parse(`${year}-12-31T23:59:59Z`), year);
    t.throws(() => Day.parse(`${year}-12-31`), year);
  }
});

t.test('signs are no telephone number, in no contact that somebody gives', async (t) => {
  const person = PersonId.parse(randomUUID());
  const ofPerson = (phone: string) =>
    ChangeContact.safeParse({ person, contact: { languages: [], phones: [phone] } });
  const ofEntry = (phone: string) => contact.safeParse({ name: null, phone, email: null });
  for (const phone of ['+ ( ) -', '( ).-', '----', '+ 1 - 5']) {
    t.match(ofPerson(phone).error?.issues[0], { path: ['contact', 'phones', 0] }, phone);
    t.match(ofEntry(phone).error?.issues[0], { path: ['phone'] }, phone);
  }
  for (const phone of ['3919', '+33 (0)6 12 34 56 78', '06.12.34.56.78', '1-1-5']) {
    t.ok(ofPerson(phone).success, phone);
    t.ok(ofEntry(phone).success, phone);
  }
});

t.test('numbers and addresses of persons are seen in any script, dates are none', (t) => {
  const reached = ['06 12 34 56 78', '06/12/34/56/78', 'a@example.org', '٠٦١٢٣٤٥٦٧٨', '۰۶۱۲۳۴۵۶۷۸'];
  const hidden = [
    '０６１２３４５６７８',
    'a＠example.org',
    '\u200f٠٦-١٢-٣٤\u200e-٥٦-٧٨',
    '06\u200b12345678',
    '06–12–34–56–78',
    '06 - 12 - 34 - 56 - 78',
    '06·12·34·56·78',
    '06_12_34_56_78',
  ];
  for (const words of [...reached, ...hidden]) {
    t.not(identifierIn(`أو Appelez : ${words}`), undefined, words);
  }
  for (const words of [
    'Le 01/02/2026 ou le 2026-02-03',
    'En ٢٠٢٦-٠٢-٠١, au ١١٥',
    'En 2025/2026',
    'Le 115, 119, 3919 ou 3977',
    'De 9:30 - 12:30 et 14:00 - 18:00',
    'Le 01/02/2026 - 03/02/2026',
  ]) {
    t.equal(identifierIn(words), undefined, words);
  }
  t.end();
});
