import { type DeadlineOverrides, deadlinePolicy, Priority } from '@relais/contracts/deadlines';
import type { ReferralEvent } from '@relais/contracts/referral-events';
import fc from 'fast-check';
import t from 'tap';
import { after, client, now, receiver } from '../fixture.ts';
import { deadlinesFrom, timersOf } from './deadlines.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { addressed, favourable } from './favourable.ts';
import { bySystem, play, steps } from './fixture.ts';
import type { Referral } from './state.ts';

const sent = play(...steps(addressed, 'draft', 'send'));
const changes = (event: ReferralEvent) => timersOf(event, now, deadlinePolicy);
const acts = (
  type: 'remind' | 'remindAgain' | 'escalate' | 'expire',
  hours: number,
  it: Referral,
) => {
  const decision = decide(bySystem.dueAt(type, after(hours)), it);
  return decision.accepted ? decision.events : decision.refusal.code;
};

t.test('the policy gives hours to emergencies and days to the rest', async (t) => {
  const hours = (priority: Priority) => {
    const { policy: _, ...dates } = deadlinesFrom(now, priority, deadlinePolicy);
    return Object.values(dates).map((date) => (Date.parse(date) - Date.parse(now)) / 3_600_000);
  };
  t.same(hours('emergency'), [4, 18, 24, 48]);
  t.same(hours('urgent'), [24, 54, 72, 144]);
  t.same(hours('normal'), [120, 252, 336, 504]);
});

t.test('dates stand in order whatever an offer asks for', async (t) => {
  const seconds = fc.option(fc.integer({ min: 1, max: 10_000_000 }), { nil: undefined });
  const overrides = fc
    .record({ acknowledgeSeconds: seconds, decideSeconds: seconds, graceSeconds: seconds })
    .map((record) => JSON.parse(JSON.stringify(record)) as DeadlineOverrides);
  fc.assert(
    fc.property(fc.constantFrom(...Priority.options), overrides, (priority, asked) => {
      const dates = deadlinesFrom(now, priority, deadlinePolicy, asked);
      const inOrder = [
        now,
        dates.acknowledgeBy,
        dates.secondReminderAt,
        dates.decideBy,
        dates.expiresAt,
      ];
      return inOrder.every((date, index) => date >= (inOrder[index - 1] ?? date));
    }),
  );
  t.pass();
});

t.test(
  'reminder, second reminder, escalation, expiry: each when due, each after the other',
  async (t) => {
    t.equal(acts('remind', 119, sent), 'not-due');
    t.equal(acts('expire', 9_999, sent), 'not-due', 'nobody was reminded yet');
    t.equal(acts('escalate', 9_999, sent), 'not-due');
    let referral = sent;
    const timers: unknown[] = [];
    for (const [type, hours] of [
      ['remind', 120],
      ['remindAgain', 252],
      ['escalate', 336],
      ['expire', 504],
    ] as const) {
      const events = acts(type, hours, referral);
      if (typeof events === 'string') {
        t.fail(`${type}: ${events}`);
        return;
      }
      timers.push(events.flatMap(changes).find((change) => 'set' in change));
      referral = events.reduce(evolve, referral);
      if (type !== 'expire') t.same(acts(type, hours, referral), [], `${type} once`);
    }
    t.equal(referral.status, 'expired');
    t.match(timers, [
      { set: 'remindAgain', dueAt: after(252) },
      { set: 'escalate', dueAt: after(336) },
      { set: 'expire', dueAt: after(504) },
      { set: 'closeLater', dueAt: after(30 * 24) },
    ]);
  },
);

t.test('any action of the receiver stops the clock', async (t) => {
  for (const action of ['acknowledge', 'waitlist', 'accept', 'decline'] as const) {
    const decision = decide(favourable(action, client(receiver)), sent);
    if (!decision.accepted) {
      t.fail(action);
      return;
    }
    const [event] = decision.events;
    t.match(event && changes(event), [{ cancel: 'remind' }], action);
    const referral = decision.events.reduce(evolve, sent);
    t.match(acts('remind', 9_999, referral), /not-due|wrong-state/, action);
  }
});

t.test('reopening sets new dates, and takes back the closing', async (t) => {
  const declined = play(...steps(addressed, 'draft', 'send', 'decline'));
  const decision = decide(favourable('reopen', client(receiver), addressed, after(48)), declined);
  if (!decision.accepted) {
    t.fail(decision.refusal.code);
    return;
  }
  const [event] = decision.events;
  t.same(event && changes(event), [
    { cancel: 'closeLater' },
    { set: 'remind', dueAt: after(48 + 120) },
  ]);
  t.match(acts('remind', 48 + 120, decision.events.reduce(evolve, declined)), [{}]);
});
