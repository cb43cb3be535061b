import { stayPolicies } from '@relais/contracts/stay-policies';
import fc from 'fast-check';
import t from 'tap';
import { anyDay } from './any-day.ts';
import type { StayCommand } from './commands.ts';
import { addMonths, monthsBetween } from './days.ts';
import { actionsIn, decide, stayAggregate } from './decide.ts';
import type { Lived, Stay } from './state.ts';
import {
  accept,
  after,
  arrive,
  carryOut,
  code,
  end,
  events,
  extend,
  leave,
  living,
  offered,
  remain,
  renew,
} from './stay-fixture.ts';

t.test('in a CPH nine months are renewed once by three, by the OFII', async (t) => {
  const stay = living('cph', '2026-01-31');
  t.match(stay, { endsOn: '2026-10-31', terms: { version: 'cph-9-3' } });
  t.equal(code(stay, renew('2026-10-01', 'association')), 'not-theirs-to-decide');
  t.equal(code(stay, extend('2026-10-01', true)), 'within-maximum');
  const renewed = after(
    offered('cph'),
    accept('2026-01-31'),
    arrive('2026-01-31'),
    renew('2026-10-01', 'ofii'),
  );
  t.match(renewed, { state: 'renewed', endsOn: '2027-01-31' }, 'counted from the arrival');
  t.equal(code(renewed, renew('2027-01-01', 'ofii')), 'beyond-maximum');
  t.equal(code(renewed, extend('2027-01-01', false)), 'coordinator-only');
  const lived = renewed as Extract<Stay, Lived>;
  const by = (isCoordinator: boolean) => ({ isCoordinator, today: '2027-01-01' });
  t.same(actionsIn('renewed', lived, by(false)), ['correct-arrival', 'leave', 'end']);
  t.same(actionsIn('renewed', lived, by(true)), ['correct-arrival', 'extend', 'leave', 'end']);
  t.match(events(renewed, extend('2027-01-01', true)), [
    { data: { endsOn: '2027-03-31', decidedBy: 'coordinator', extension: 'housing_promised' } },
  ]);
});

t.test('a stay is renewed when that is due, not again and again before', async (t) => {
  const stay = living('relais-insertion', '2026-01-10');
  const refused = decide(renew('2026-02-08', 'association'), stay);
  t.match(refused, {
    refusal: {
      code: 'renewal-not-due',
      deadlines: { renewableFrom: '2026-02-08T23:00:00Z' },
    },
  });
  const offered = (known: Stay, today: string) =>
    known.state === 'absent' || !('terms' in known)
      ? []
      : actionsIn(known.state, known, { isCoordinator: false, today });
  t.notOk(offered(stay, '2026-02-08').includes('renew'));
  t.ok(offered(stay, '2026-02-09').includes('renew'), 'sixty days before the end');
  const renewed = carryOut(stay, renew('2026-02-09', 'association')).stay;
  t.match(renewed, { state: 'renewed', endsOn: '2026-07-10' });
  t.equal(code(renewed, renew('2026-02-09', 'association')), 'renewal-not-due');
  t.notOk(offered(renewed, '2026-02-09').includes('renew'));
});

t.test('who came before the rule of 2016 keeps the rule of that day', async (t) => {
  t.match(living('cph', '2016-03-04'), {
    endsOn: '2016-09-04',
    terms: { version: 'cph-6-renewable' },
  });
  t.match(living('cph', '2016-03-05'), { endsOn: '2016-12-05', terms: { version: 'cph-9-3' } });
});

t.test('a renewal after the end is late, and said to be', async (t) => {
  const stay = living('relais-insertion', '2026-01-10');
  t.match(stay, { endsOn: '2026-04-10' });
  t.match(events(stay, renew('2026-04-10', 'association')), [{ data: { lateDays: 0 } }]);
  t.match(events(stay, renew('2026-04-15', 'association')), [
    { data: { lateDays: 5, endsOn: '2026-07-10' } },
  ]);
});

t.test('reminders come once each, the nearest of those that are due', async (t) => {
  const stay = living('relais-insertion', '2026-01-10');
  const remind = (daysBefore: number, today: string): StayCommand => ({
    type: 'remind',
    endsOn: '2026-04-10',
    daysBefore,
    today,
  });
  t.same(events(stay, remind(60, '2026-02-08')), [], 'not before it is due');
  t.match(events(stay, remind(60, '2026-02-09')), [{ data: { daysBefore: 60 } }]);
  t.same(events(stay, remind(60, '2026-04-05')), [], 'a nearer one is due as well');
  const reminded = carryOut(stay, remind(7, '2026-04-05')).stay;
  t.match(reminded, { state: 'renewal_due' });
  t.same(events(reminded, remind(7, '2026-04-06')), []);
  t.same(events(stay, { ...remind(7, '2026-04-05'), endsOn: '2026-03-10' } as StayCommand), []);
});

t.test(
  'who is still there the day after the end overstays, until a renewal or the departure',
  async (t) => {
    const stay = living('relais-insertion', '2026-01-10');
    const over = (today: string): StayCommand => ({
      type: 'overstay',
      endsOn: '2026-04-10',
      today,
    });
    t.same(events(stay, over('2026-04-10')), []);
    const overstaying = carryOut(stay, over('2026-04-11')).stay;
    t.match(overstaying, { overstaying: true });
    t.same(events(overstaying, over('2026-04-12')), []);
    t.match(events(overstaying, end('2026-04-20')), [{ data: { overstayDays: 10 } }]);
    t.match(carryOut(overstaying, renew('2026-04-20', 'association')).stay, { overstaying: false });
  },
);

t.test('nobody comes before they were offered a place, nor tomorrow, nor twice', async (t) => {
  const stay = after(offered('cph'));
  t.equal(code(stay, arrive('2026-01-10')), 'wrong-state');
  const accepted = after(offered('cph'), accept('2026-01-10'));
  t.equal(
    code(accepted, { ...arrive('2026-01-12'), today: '2026-01-11' } as StayCommand),
    'occurred-in-future',
  );
  const there = living('cph', '2026-01-10');
  t.equal(code(there, arrive('2026-01-10')), 'wrong-state');
  t.equal(code(there, end('2026-01-09')), 'before-it-began');
  t.equal(code(there, leave('2026-02-01', '2026-01-01')), 'before-it-began');
  t.equal(code(stayAggregate.initial, accept('2026-01-10')), 'not-found');
  const gone = after(offered('cph'), accept('2026-01-10'), arrive('2026-01-10'), end('2026-02-01'));
  t.equal(code(gone, renew('2026-02-02', 'ofii')), 'wrong-state');
});

t.test('a departure gets another day, and who stays after all is renewed', async (t) => {
  const leaving = carryOut(living('cph', '2026-01-10'), leave('2026-09-01', '2026-10-01')).stay;
  t.match(events(leaving, leave('2026-09-20', '2026-10-10')), [
    { type: 'stay-leaving.v1', data: { leavesOn: '2026-10-10' } },
  ]);
  const there = living('cph', '2026-01-10');
  t.equal(code(there, remain('2026-09-20')), 'wrong-state', 'nobody said that they leave');
  t.match(carryOut(leaving, remain('2026-09-20')).stay, { state: 'arrived', leavesOn: null });
  const stays = carryOut(leaving, renew('2026-09-28', 'ofii')).stay;
  t.match(stays, { state: 'renewed', endsOn: '2027-01-10' });
  t.match(carryOut(stays, leave('2026-12-01', '2026-12-20')).stay, { state: 'leaving' });
});

t.test('a place that is given back ends the stay, or means that it never began', async (t) => {
  const lose: StayCommand = { type: 'losePlace', because: 'referral_ended', today: '2026-03-01' };
  t.match(events(after(offered('cph')), lose), [{ type: 'stay-cancelled.v1' }]);
  t.match(events(living('cph', '2026-01-10'), lose), [
    { type: 'stay-ended.v1', data: { endedOn: '2026-03-01', outcome: 'referral_ended' } },
  ]);
  t.same(events(carryOut(after(offered('cph')), lose).stay, lose), []);
});

t.test('no policy lets a stay be longer than its maximum without a coordinator', async (t) => {
  const steps = fc.array(fc.constantFrom('ofii', 'association', 'prefecture'), { maxLength: 8 });
  const names = fc.constantFrom(...Object.keys(stayPolicies));
  t.doesNotThrow(() => {
    fc.assert(
      fc.property(names, anyDay, steps, (policy, from, deciders) => {
        let stay = living(policy, from);
        for (const decider of deciders) {
          const due = renew('endsOn' in stay ? stay.endsOn : from, decider);
          stay = carryOut(stay, due).stay;
        }
        if (!('terms' in stay)) return false;
        const { maximumMonths } = stay.terms;
        return (
          stay.endsOn === addMonths(from, stay.months) &&
          monthsBetween(from, stay.endsOn) === stay.months &&
          (maximumMonths === null || stay.months <= maximumMonths)
        );
      }),
    );
  });
});
