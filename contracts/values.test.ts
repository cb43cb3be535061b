import { randomUUID } from 'node:crypto';
import t from 'tap';
import { ChangeContact } from './cases.ts';
import { contact } from './directory.ts';
import { RequestExchange } from './exchanges.ts';
import { PersonId } from './ids.ts';
import { StateNeed } from './needs.ts';
import { StateSkill } from './skills.ts';
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

t.test('who is refused learns where and what to write instead', async (t) => {
  const themes = ['sante--addictions'];
  const period = { from: '2026-12-02', until: '2026-12-01' };
  const moments = { from: '2026-12-02T00:00:00Z', until: '2026-12-01T00:00:00Z' };
  const skill = { expert: randomUUID(), title: 'Écoute', themes };
  const exchange = { provider: randomUUID(), themes, hours: 1 };
  const isReversed = { params: { code: 'period-reversed', en: /begins/, fr: /début/ } };
  for (const [schema, body, issue] of [
    [StateNeed, { themes, when: period }, { path: ['when', 'until'], ...isReversed }],
    [
      StateSkill,
      { ...skill, availability: { hoursPerMonth: 1, ...period } },
      { path: ['availability', 'until'], ...isReversed },
    ],
    [
      RequestExchange,
      { ...exchange, window: moments },
      { path: ['window', 'until'], ...isReversed },
    ],
    [
      RequestExchange,
      { ...exchange, hours: 1 / 3 },
      { path: ['hours'], params: { code: 'not-in-quarters' } },
    ],
    [
      StateSkill,
      { ...skill, radiusKm: 5, availability: { hoursPerMonth: 1 } },
      { path: ['commune'], params: { code: 'no-centre' } },
    ],
  ] as const) {
    t.match(schema.safeParse(body).error?.issues, [issue]);
  }
});
