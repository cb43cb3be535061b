import { inspect } from 'node:util';
import t from 'tap';
import { z } from 'zod';
import { OpenCase, RecordVulnerability } from './cases.ts';
import { PersonId } from './ids.ts';
import { type PlainAt, sealEach } from './personal.ts';
import { reasonLabel } from './reason-codes.ts';
import type { Sealed } from './sealed.ts';
import { PartialDate } from './values.ts';

const person = PersonId.parse('00000000-0000-4000-8000-000000000011');
const identity = { givenName: 'Exemple', familyName: null, birthDate: '2000-02-29', sex: null };
const body = {
  kind: 'person',
  referent: '00000000-0000-4000-8000-000000000012',
  persons: [{ role: 'main', identity }],
};

t.test('a personal value shows itself to nobody but the vault', async (t) => {
  const parsed = OpenCase.parse(body);
  t.notMatch(JSON.stringify(parsed), /Exemple/);
  t.notMatch(inspect(parsed, { depth: 9, showHidden: true }), /Exemple/);
  t.same(parsed.persons[0]?.identity.reveal(), identity);
});

t.test('each is sealed for the place where it stands, the rest is left as it was', async (t) => {
  const seen: [string, string][] = [];
  const seal = async (values: readonly PlainAt[]): Promise<Sealed[]> =>
    values.map(({ plain: { category }, path }) => {
      seen.push([path, category]);
      return { person, category, text: 'c2VhbGVk' };
    });
  const sealed = await sealEach(OpenCase.parse(body), seal);
  t.same(seen, [['persons.0.identity', 'identity']]);
  t.match(sealed, { kind: 'person', persons: [{ role: 'main', contact: null }] });
  t.equal(sealed.persons[0]?.identity.text, 'c2VhbGVk');
});

t.test('a vulnerability is protected as what it is', async (t) => {
  const categoryOf = (code: string) =>
    RecordVulnerability.parse({ person, what: { code }, visibility: 'owner' }).what.category;
  t.equal(categoryOf('pregnancy'), 'health');
  t.equal(categoryOf('unaccompanied_minor'), 'family');
  t.throws(() => categoryOf('unheard_of'));
});

t.test('API documents describe a personal value as what is sent', async (t) => {
  const schema = z.toJSONSchema(OpenCase, { io: 'input' });
  t.match(schema, {
    properties: { persons: { items: { properties: { identity: { type: 'object' } } } } },
  });
});

t.test('a birth date is known to the year, the month or the day', async (t) => {
  const known = (date: string) => PartialDate.safeParse(date).success;
  for (const date of ['1990', '1990-07', '1990-07-14', '2000-02-29', '1904-02-29']) {
    t.ok(known(date), date);
  }
  for (const date of ['90', '1990-13', '1990-7', '2001-02-29', '1990-04-31', '1700', '']) {
    t.notOk(known(date), date);
  }
});

t.test('every code ever used has a label, and an unknown one is shown as it is', async (t) => {
  t.equal(reasonLabel('no_capacity', 'fr'), 'Plus de capacité');
  t.equal(reasonLabel('helped', 'en'), 'Helped');
  t.equal(reasonLabel('constructor', 'fr'), 'constructor');
});
