import fc from 'fast-check';
import t from 'tap';
import { normaliseBirthDate, normaliseName, normalisePhone } from './normalise.ts';

t.test('the same name is found however it was written down', async (t) => {
  const same = [
    ['José Ñandú', 'jose nandu', 'NANDU, José', 'Jose\u0301 N\u0303andu\u0301'],
    ["M'Bemba-Sow", 'mbemba sow', 'M’BEMBA SOW'],
    ['Łukasz Øster', 'lukasz oster'],
    ['Straße', 'STRASSE'],
    ['İbrahim Kılıç', 'ibrahim kilic'],
    ['محمّد', 'محمد', '\u200fمحمد\u200e', 'محـمد'],
    ['أحمد', 'احمد', 'إحمد'],
    ['فاطمة', 'فاطمه'],
    ['علی', 'علي', 'على'],
    ['Ａｌｉ', 'Ali'],
  ];
  for (const [first = '', ...others] of same) {
    t.not(normaliseName(first), '', first);
    for (const other of others) t.equal(normaliseName(other), normaliseName(first), other);
  }
});

t.test('scripts are kept apart and different names stay different', async (t) => {
  t.equal(normaliseName('Ahmed'), 'ahmed');
  t.equal(normaliseName('أحمد'), 'احمد');
  t.not(normaliseName('Amina'), normaliseName('Aminata'));
  t.equal(normaliseName('--- …'), '');
  t.equal(normaliseName('O'), 'o');
});

t.test('phone numbers become E.164 whoever typed them', async (t) => {
  for (const phone of [
    '06 12 34 56 78',
    '+33 6 12 34 56 78',
    '0033612345678',
    '+33 (0)6.12.34.56.78',
    '٠٦١٢٣٤٥٦٧٨',
  ]) {
    t.equal(normalisePhone(phone), '+33612345678', phone);
  }
  t.equal(normalisePhone('+44 20 7946 0018'), '+442079460018');
  t.equal(normalisePhone('07700 900123', '44'), '+447700900123');
  for (const phone of ['', '115', 'aucun', '1'.repeat(20)])
    t.equal(normalisePhone(phone), '', phone);
});

t.test('birth dates keep what is known of them', async (t) => {
  t.equal(normaliseBirthDate('1999-02-28'), '1999-02-28');
  t.equal(normaliseBirthDate('١٩٩٩-٠٢-٢٨'), '1999-02-28');
  t.equal(normaliseBirthDate('1999-02'), '1999-02');
  t.equal(normaliseBirthDate('1999'), '1999');
  for (const unknown of ['', 'inconnue', '28/02/1999']) t.equal(normaliseBirthDate(unknown), '');
});

t.test('normalising twice changes nothing, whatever the text', async (t) => {
  const text = fc.string({ unit: 'binary' });
  fc.assert(
    fc.property(text, (name) => normaliseName(normaliseName(name)) === normaliseName(name)),
    { numRuns: 2_000 },
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'+0123456789٣ ().-') }), (phone) => {
      const once = normalisePhone(phone);
      return once === '' || normalisePhone(once) === once;
    }),
  );
  t.pass();
});
