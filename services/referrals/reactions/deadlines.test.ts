import { eventually } from '@relais/event-log/fixtures/eventually';
import { plannedTimers } from '@relais/event-log/timers';
import t from 'tap';
import { after, now } from '../fixture.ts';
import { fireDeadline } from './deadlines.ts';
import { acknowledged, declined, openFile, partiesOf, send } from './histories.ts';
import { openStage } from './stage.ts';

const stage = await openStage(t);
stage.project();
const timers = 'referrals-deadlines';
const day = 24;

const types = async (stream: string) => (await stage.typesOf(stream)).slice(2);
const planned = async (stream: string) =>
  (await plannedTimers(stage.database, timers)).filter((timer) => timer.stream === stream);

t.test(
  'nobody answers: two reminders, escalation, expiry, each once, then it is closed',
  async (t) => {
    stage.clock.now = new Date(now);
    const running = [stage.react(), stage.react()];
    const asked = await send(stage, await openFile(stage));
    const chain = [
      { at: 5 * day + 1, type: 'referral-reminded.v1' },
      { at: 10.5 * day + 1, type: 'referral-reminded.v1' },
      { at: 14 * day + 1, type: 'referral-escalated.v1' },
      { at: 21 * day + 1, type: 'referral-expired.v1' },
    ];
    for (const [step, { at, type }] of chain.entries()) {
      await stage.settled(timers);
      t.same(
        await types(asked.stream),
        chain.slice(0, step).map((one) => one.type),
      );
      stage.clock.now = new Date(after(at));
      await eventually(async () => (await types(asked.stream)).length > step);
      t.match((await stage.read(asked.stream)).at(-1), {
        type,
        metadata: { actor: 'system:referral-deadline', association: null, occurredAt: after(at) },
      });
    }
    await stage.settled(timers);
    const [closing] = await planned(asked.stream);
    t.match(closing, { key: `${asked.stream} closeLater` });
    stage.clock.now = new Date(Date.parse(closing?.dueAt ?? '') + 1_000);
    await eventually(async () => (await types(asked.stream)).at(-1) === 'referral-closed.v1');
    await stage.settled(timers);
    t.same(await types(asked.stream), [...chain.map(({ type }) => type), 'referral-closed.v1']);
    t.same(await planned(asked.stream), []);
    await Promise.all(running.map(({ stop }) => stop()));
  },
);

t.test(
  'after a long silence of the platform, expiry waits for reminders and escalation',
  async (t) => {
    stage.clock.now = new Date(now);
    const asked = await send(stage, await openFile(stage));
    stage.clock.now = new Date(after(100 * day));
    const running = [stage.react(), stage.react()];
    await eventually(async () => (await types(asked.stream)).at(-1) === 'referral-expired.v1');
    t.same(await types(asked.stream), [
      'referral-reminded.v1',
      'referral-reminded.v1',
      'referral-escalated.v1',
      'referral-expired.v1',
    ]);
    await Promise.all(running.map(({ stop }) => stop()));
  },
);

t.test('any answer of the receiver stops the deadlines, across a restart', async (t) => {
  stage.clock.now = new Date(now);
  const first = stage.react();
  const [answered, silent] = [
    await send(stage, await openFile(stage)),
    await send(stage, await openFile(stage)),
  ];
  await stage.settled(timers);
  t.equal((await planned(answered.stream)).length, 1);
  await first.stop();
  await stage.write(answered.stream, acknowledged(answered));
  stage.clock.now = new Date(after(6 * day));
  const second = stage.react();
  await eventually(async () => (await types(silent.stream)).length === 1);
  await stage.settled(timers);
  t.same(await types(answered.stream), ['referral-acknowledged.v1']);
  t.same(await types(silent.stream), ['referral-reminded.v1']);
  t.same(await planned(answered.stream), []);
  await second.stop();
});

t.test('a clock set back while a timer fires loses nothing', async (t) => {
  const asked = await send(stage, await openFile(stage));
  const dueAt = after(1_000 * day);
  stage.clock.now = new Date(now);
  const timer = {
    ...{ key: 'any', dueAt, stream: asked.stream },
    ...{ attempts: 0, reason: null },
  };
  const setBy = (await stage.read(asked.stream)).at(-1)?.id ?? '';
  const data = { action: 'remind', correlationId: setBy };
  await fireDeadline(stage, { ...timer, setBy, data }, setBy);
  t.same(await types(asked.stream), ['referral-reminded.v1']);
});

t.test('what has ended is closed after its time, or later while its child is open', async (t) => {
  stage.clock.now = new Date(now);
  const asked = await send(stage, await openFile(stage));
  await stage.write(asked.stream, declined(asked));
  const redirected = await send(stage, await openFile(stage));
  const child = (await send(stage, redirected.file)).id;
  await stage.write(redirected.stream, {
    type: 'referral-redirected.v1',
    data: {
      ...partiesOf(redirected.file),
      ...{ by: 'receiver', child, target: { to: 'eligible' }, text: null },
    },
  });
  stage.clock.now = new Date(Date.now() + 31 * 86_400_000);
  const running = stage.react();
  await eventually(async () => (await types(asked.stream)).at(-1) === 'referral-closed.v1');
  await eventually(async () => (await types(redirected.stream)).length === 2);
  t.equal((await types(redirected.stream)).at(-1), 'referral-close-postponed.v1');
  await running.stop();
});
