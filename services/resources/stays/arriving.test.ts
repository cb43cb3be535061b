import t from 'tap';
import type { StayCommand } from './commands.ts';
import {
  accept,
  after,
  arrive,
  carryOut,
  code,
  correct,
  end,
  events,
  leave,
  living,
  offered,
  renew,
} from './stay-fixture.ts';

t.test('the day of the arrival is corrected with all that hangs on it', async (t) => {
  const stay = living('relais-insertion', '2026-01-10');
  t.match(events(stay, correct('2026-02-01', '2025-12-10')), [
    { type: 'stay-arrival-corrected.v1', data: { endsOn: '2026-03-10', reason: 'typing_error' } },
  ]);
  t.same(events(stay, correct('2026-02-01', '2026-01-10')), [], 'it was so already');
  t.equal(code(stay, correct('2026-02-01', '2026-02-02')), 'occurred-in-future');
  t.equal(code(stay, correct('2026-02-01', '2026-01-02', '2026-01-03')), 'somebody-else-there');
  t.equal(code(stay, correct('2026-02-01', '2026-01-03', '2026-01-03')), undefined);
  t.equal(
    code(after(offered('cph'), accept('2026-01-10')), arrive('2026-01-10', '2026-01-11')),
    'somebody-else-there',
  );
  t.equal(code(after(offered('cph')), correct('2026-02-01', '2026-01-10')), 'wrong-state');
  const over = carryOut(stay, end('2026-02-01')).stay;
  t.equal(code(over, correct('2026-02-02', '2026-01-09')), 'wrong-state');

  const renewed = carryOut(stay, renew('2026-04-10', 'association')).stay;
  t.equal(code(renewed, correct('2026-05-01', '2026-04-11')), 'arrival-after');
  const corrected = carryOut(renewed, correct('2026-05-01', '2026-01-05'));
  t.match(corrected.events, [{ data: { endsOn: '2026-07-05', months: 6, lateDays: [5] } }]);
  t.match(corrected.stay, { state: 'renewed', endsOn: '2026-07-05', months: 6 });

  const old = living('cph', '2016-03-05');
  t.match(carryOut(old, correct('2016-04-01', '2016-03-04')).stay, {
    ...{ endsOn: '2016-09-04', months: 6, terms: { version: 'cph-6-renewable' } },
  });
});

t.test(
  'after a correction reminders come for the new end, and nobody overstays the old',
  async (t) => {
    const due: StayCommand = {
      ...{ type: 'remind', endsOn: '2026-04-10', daysBefore: 7, today: '2026-04-03' },
    };
    const reminded = carryOut(living('relais-insertion', '2026-01-10'), due).stay;
    const over: StayCommand = { type: 'overstay', endsOn: '2026-04-10', today: '2026-04-11' };
    const late = carryOut(reminded, over).stay;
    const corrected = carryOut(late, correct('2026-04-12', '2026-02-10')).stay;
    t.match(corrected, { state: 'arrived', endsOn: '2026-05-10', overstaying: false });
    t.same(events(corrected, over), []);
    t.match(events(corrected, { ...due, endsOn: '2026-05-10', today: '2026-05-03' }), [
      { type: 'stay-renewal-due.v1', data: { daysBefore: 7 } },
    ]);
    const leaving = carryOut(late, leave('2026-04-12', '2026-04-20')).stay;
    t.match(carryOut(leaving, correct('2026-04-12', '2026-02-10')).stay, { state: 'leaving' });
    t.equal(
      code(
        carryOut(late, leave('2026-04-12', '2026-01-20')).stay,
        correct('2026-04-12', '2026-02-10'),
      ),
      'arrival-after',
    );
  },
);
