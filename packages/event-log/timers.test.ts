import t from 'tap';
import { eventually } from './fixtures/eventually.ts';
import { openPlatform } from './fixtures/platform.ts';
import type { Recorded } from './log.ts';
import { deadlineMs, mustAppend, probeEvent, probeStream } from './log-probe.ts';
import type { Timer, TimerChange } from './timer-rows.ts';
import { plannedTimers, runTimers, timerCommandId } from './timers.ts';

const { database, log, positions } = await openPlatform(t);

/** Events of the tests say themselves what they mean for timers. */
const plan = (record: Recorded): readonly TimerChange[] =>
  (record.data as { changes: readonly TimerChange[] }).changes;

function start(
  name: string,
  clock: { now: Date },
  fire: (timer: Timer, commandId: string) => Promise<void>,
) {
  const controller = new AbortController();
  const done = runTimers({
    log,
    database,
    name,
    prefixes: [`${name}-`],
    owner: 'test',
    plan,
    fire,
    now: () => clock.now,
    signal: controller.signal,
    report: () => undefined,
  });
  return async () => {
    controller.abort();
    await done;
  };
}

const write = async (name: string, stream: string, changes: readonly TimerChange[], n: number) => {
  const expected = n === 0 ? 'none' : BigInt(n - 1);
  const event = probeEvent({ changes });
  const { position } = await mustAppend(log, stream, [event], expected);
  t.ok(await positions.waitFor(name, position, deadlineMs));
  return event.id;
};
const at = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00.000Z`;

t.test('timers fire when they are due, in their order, unless an event cancels them', async (t) => {
  const clock = { now: new Date(at(0)) };
  const fired: string[] = [];
  const stop = start('due', clock, async (timer) => {
    fired.push(timer.key);
  });
  const [one, two] = [probeStream('due'), probeStream('due')];
  await write(
    'due',
    one,
    [
      { set: 'b', dueAt: at(2) },
      { set: 'a', dueAt: at(1), data: { n: 1 } },
    ],
    0,
  );
  await write(
    'due',
    one,
    [
      { set: 'c', dueAt: at(3) },
      { set: 'never', dueAt: at(1) },
    ],
    1,
  );
  await write('due', one, [{ cancel: 'never' }], 2);
  await write(
    'due',
    two,
    [
      { set: 'x', dueAt: at(1) },
      { set: 'y', dueAt: at(2) },
    ],
    0,
  );
  await write('due', two, [{ cancelStream: true }, { set: 'z', dueAt: at(9) }], 1);
  t.match(await plannedTimers(database, 'due'), [
    { key: 'a', dueAt: at(1), stream: one, data: { n: 1 } },
    { key: 'b' },
    { key: 'c' },
    { key: 'z' },
  ]);
  t.same(fired, []);
  clock.now = new Date(at(2));
  await eventually(async () => fired.length === 2);
  clock.now = new Date(at(1));
  clock.now = new Date(at(4));
  await eventually(async () => (await plannedTimers(database, 'due')).length === 1);
  t.same(fired, ['a', 'b', 'c']);
  await stop();
});

t.test('a clock that steps back fires nothing twice', async (t) => {
  const clock = { now: new Date(at(5)) };
  const fired: string[] = [];
  const stop = start('back', clock, async (timer) => {
    fired.push(timer.key);
  });
  const stream = probeStream('back');
  await write('back', stream, [{ set: 'first', dueAt: at(4) }], 0);
  await eventually(async () => fired.length === 1);
  clock.now = new Date(at(3));
  await write('back', stream, [{ set: 'second', dueAt: at(4) }], 1);
  await write('back', stream, [{ set: 'third', dueAt: at(2) }], 2);
  await eventually(async () => fired.length === 2);
  t.same(fired, ['first', 'third']);
  clock.now = new Date(at(6));
  await eventually(async () => (await plannedTimers(database, 'back')).length === 0);
  t.same(fired, ['first', 'third', 'second']);
  await stop();
});

t.test(
  'a timer whose process died before it could forget it fires with the same command',
  async (t) => {
    const clock = { now: new Date(at(0)) };
    const commands: string[] = [];
    const stuck = Promise.withResolvers<void>();
    const stopFirst = start('again', clock, async (_, commandId) => {
      commands.push(commandId);
      await stuck.promise;
      throw new Error('died');
    });
    const stream = probeStream('again');
    const setBy = await write('again', stream, [{ set: 'once', dueAt: at(1) }], 0);
    clock.now = new Date(at(1));
    await eventually(async () => commands.length === 1);
    // Replaced while it fires, as after a long pause: it cannot change the timer any more.
    await database.query(
      "update event_log.consumer set epoch = epoch + 1, owner = null where name = 'again'",
    );
    stuck.resolve();
    const stopSecond = start('again', clock, async (_, commandId) => {
      commands.push(commandId);
    });
    await eventually(async () => (await plannedTimers(database, 'again')).length === 0);
    t.same(new Set(commands), new Set([timerCommandId('again', { key: 'once', setBy })]));
    const anew = await write('again', stream, [{ set: 'once', dueAt: at(1) }], 1);
    await eventually(async () => (await plannedTimers(database, 'again')).length === 0);
    t.equal(
      commands.at(-1),
      timerCommandId('again', { key: 'once', setBy: anew }),
      'set anew: another command',
    );
    t.not(commands.at(-1), commands[0]);
    await Promise.all([stopFirst(), stopSecond()]);
  },
);

t.test('a timer that fails holds back the later ones of its stream only', async (t) => {
  const clock = { now: new Date(at(0)) };
  const fired: string[] = [];
  let mended = false;
  const stop = start('failing', clock, async ({ key }) => {
    if (key === 'first' && !mended) throw new Error('not yet');
    fired.push(key);
  });
  const [one, two] = [probeStream('failing'), probeStream('failing')];
  await write(
    'failing',
    one,
    [
      { set: 'first', dueAt: at(1) },
      { set: 'second', dueAt: at(2) },
    ],
    0,
  );
  await write('failing', two, [{ set: 'other', dueAt: at(2) }], 0);
  clock.now = new Date(at(3));
  await eventually(async () => {
    const [first, ...later] = await plannedTimers(database, 'failing');
    return first?.attempts === 1 && later.length === 1;
  });
  t.same(fired, ['other']);
  t.match(await plannedTimers(database, 'failing'), [
    { key: 'first', attempts: 1, reason: 'Error: not yet' },
    { key: 'second', attempts: 0 },
  ]);
  mended = true;
  clock.now = new Date(at(4));
  await eventually(async () => fired.length === 3);
  t.same(fired, ['other', 'first', 'second']);
  await stop();
});
