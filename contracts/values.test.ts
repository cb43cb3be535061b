import t from 'tap';
import { Day, Instant } from './values.ts';

t.test('a moment is one that rows can hold', async (t) => {
  t.equal(Instant.parse('1900-01-01T00:00:00Z'), '1900-01-01T00:00:00Z');
  t.equal(Day.parse('2028-02-29'), '2028-02-29');
  for (const year of ['0000', '0001', '1899']) {
    t.throws(() => Instant.parse(`${year}-12-31T23:59:59Z`), year);
    t.throws(() => Day.parse(`${year}-12-31`), year);
  }
});
