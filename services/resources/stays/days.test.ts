import fc from 'fast-check';
import t from 'tap';
import { anyDay } from './any-day.ts';
import { addDays, addMonths, dayOf, daysBetween, startOf } from './days.ts';

t.test('months end where the calendar says, and days begin at midnight in France', async (t) => {
  t.equal(addMonths('2026-08-31', 6), '2027-02-28');
  t.equal(addMonths('2027-08-31', 6), '2028-02-29');
  t.equal(addMonths('2028-02-29', 12), '2029-02-28');
  t.equal(startOf('2026-03-29'), '2026-03-28T23:00:00Z');
  t.equal(startOf('2026-03-30'), '2026-03-29T22:00:00Z');
  t.equal(dayOf('2026-10-24T22:30:00Z'), '2026-10-25');
  t.doesNotThrow(() => {
    fc.assert(
      fc.property(anyDay, fc.nat(36), (from, months) => {
        const to = addMonths(from, months);
        return (
          to.slice(0, 7) === addMonths(`${from.slice(0, 7)}-01`, months).slice(0, 7) &&
          (to.slice(8) === from.slice(8) || addDays(to, 1).endsWith('-01')) &&
          addDays(from, daysBetween(from, to)) === to &&
          dayOf(startOf(from)) === from &&
          dayOf(new Date(Date.parse(startOf(from)) - 1).toISOString()) === addDays(from, -1)
        );
      }),
    );
  });
});
