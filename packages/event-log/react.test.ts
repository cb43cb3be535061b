import t from 'tap';
import type { ConsumerEvent } from './consumer.ts';
import { eventually } from './fixtures/eventually.ts';
import { openPlatform, type Platform } from './fixtures/platform.ts';
import { TryAgain } from './infrastructure-error.ts';
import { LogUnavailable, type Recorded } from './log.ts';
import { deadlineMs, mustAppend, probeEvent, probeStream, readAll } from './log-probe.ts';
import { parkedEvents, retryParked, skipParked } from './parked.ts';
import { reactionCommandId, runReaction } from './react.ts';
import { readiness } from './wait-for.ts';

const platform = await openPlatform(t);
const { database, log, positions } = platform;

function start(
  { log, database }: Pick<Platform, 'log' | 'database'>,
  name: string,
  on: (record: Recorded) => Promise<void>,
) {
  const controller = new AbortController();
  const events: ConsumerEvent[] = [];
  const done = runReaction({
    log,
    database,
    name,
    prefixes: [`${name}-`],
    owner: 'test',
    on,
    signal: controller.signal,
    report: (event) => void events.push(event),
  });
  return {
    events,
    async stop() {
      controller.abort();
      await done;
    },
  };
}

/** A command that answers an event with one event of another stream, exactly as long as its id is derived. */
const answering = (name: string, target: string) => async (record: Recorded) => {
  const events = [probeEvent({ answers: record.id }, { id: reactionCommandId(name, record.id) })];
  const before = await readAll(log, target, { backwards: true, max: 1 });
  const result = await log.append(target, events, { expected: before[0]?.revision ?? 'none' });
  if (!result.appended) throw new TryAgain('lost a race');
};

t.test('every event is answered once, though it comes twice', async (t) => {
  const [stream, target] = [probeStream('twice'), probeStream('answers')];
  const answer = answering('twice', target);
  const crashed = new Set<string>();
  const running = start(platform, 'twice', async (record) => {
    await answer(record);
    if (crashed.has(record.id)) return;
    crashed.add(record.id);
    throw new LogUnavailable('the answer was written, but its writer did not hear of it');
  });
  let last = 0n;
  for (let n = 0; n < 10; n++) {
    const expected = n === 0 ? 'none' : BigInt(n - 1);
    last = (await mustAppend(log, stream, [probeEvent({ n })], expected)).position;
  }
  t.ok(await positions.waitFor('twice', last, deadlineMs));
  const asked = (await readAll(log, stream)).map((record) => record.id);
  const answered = (await readAll(log, target)).map(
    ({ data }) => (data as { answers: string }).answers,
  );
  t.same(answered, asked, 'in order, none doubled');
  t.same(await parkedEvents(database, 'twice'), [], 'infrastructure errors never park an event');
  await running.stop();
});

t.test('a failing event waits for an operator, its stream behind it, others go on', async (t) => {
  const [bad, good] = [probeStream('parking'), probeStream('parking')];
  const seen: string[] = [];
  let mended = false;
  const running = start(platform, 'parking', async (record) => {
    const { n } = record.data as { n: number };
    if (n === 2 && !mended) throw new Error('n is two');
    seen.push(`${record.stream === bad ? 'bad' : 'good'} ${n}`);
  });
  for (let n = 1; n <= 4; n++) {
    const expected = n === 1 ? 'none' : BigInt(n - 2);
    await mustAppend(log, bad, [probeEvent({ n })], expected);
  }
  const { position } = await mustAppend(log, good, [probeEvent({ n: 9 })], 'none');
  t.ok(await positions.waitFor('parking', position, deadlineMs));
  t.same(new Set(seen), new Set(['bad 1', 'good 9']));
  const parked = await parkedEvents(database, 'parking');
  t.match(parked, [
    { stream: bad, revision: 1n, state: 'failed', reason: 'Error: n is two', attempts: 5 },
    { stream: bad, revision: 2n, state: 'waiting' },
    { stream: bad, revision: 3n, state: 'waiting' },
  ]);
  t.match(running.events.at(-1), { event: 'parked', consumer: 'parking' });

  t.equal(await retryParked(database, 'parking', bad), 3);
  await eventually(async () => (await parkedEvents(database, 'parking'))[0]?.attempts === 10);
  t.same(new Set(seen), new Set(['bad 1', 'good 9']), 'still failing, still in order');

  mended = true;
  await retryParked(database, 'parking', bad);
  await eventually(async () => (await parkedEvents(database, 'parking')).length === 0);
  t.same(seen.slice(2), ['bad 2', 'bad 3', 'bad 4']);
  const next = await mustAppend(log, bad, [probeEvent({ n: 5 })], 3n);
  t.ok(await positions.waitFor('parking', next.position, deadlineMs));
  t.equal(seen.at(-1), 'bad 5');
  await running.stop();
});

t.test('an event is skipped for a reason, which stays listed', async (t) => {
  const stream = probeStream('skipping');
  const seen: number[] = [];
  const on = async (record: Recorded) => {
    const { n } = record.data as { n: number };
    if (n === 1) throw new Error('n is one');
    seen.push(n);
  };
  const first = start(platform, 'skipping', on);
  const { position } = await mustAppend(
    log,
    stream,
    [1, 2, 3].map((n) => probeEvent({ n })),
    'none',
  );
  t.ok(await positions.waitFor('skipping', position, deadlineMs));
  await first.stop();
  const second = start(platform, 'skipping', on);
  const later = await mustAppend(log, stream, [probeEvent({ n: 4 })], 2n);
  t.ok(await positions.waitFor('skipping', later.position, deadlineMs));
  t.same(seen, [], 'another process keeps the order too');
  const [failed] = await parkedEvents(database, 'skipping');
  const skip = { consumer: 'skipping', reason: 'a test entry', actor: 'client-operator' };
  t.ok(await skipParked(database, { ...skip, position: failed?.position ?? 0n }));
  t.notOk(await skipParked(database, { ...skip, position: failed?.position ?? 0n }), 'once');
  await eventually(async () => seen.length === 3);
  t.same(seen, [2, 3, 4]);
  t.match(await parkedEvents(database, 'skipping'), [
    {
      state: 'skipped',
      reason: 'a test entry; was: Error: n is one',
      decidedBy: 'client-operator',
    },
  ]);
  await second.stop();
});

t.test('two processes answer once, and the lease passes on', async (t) => {
  const [stream, target] = [probeStream('pair'), probeStream('answers')];
  const runs = [1, 2].map(() => start(platform, 'pair', answering('pair', target)));
  const events = Array.from({ length: 20 }, (_, n) => probeEvent({ n }));
  const { position } = await mustAppend(log, stream, events, 'none');
  t.ok(await positions.waitFor('pair', position, deadlineMs));
  await runs.find((run) => run.events.length > 0)?.stop();
  const next = await mustAppend(log, stream, [probeEvent({ n: 20 })], 19n);
  t.ok(await positions.waitFor('pair', next.position, deadlineMs));
  t.equal((await readAll(log, target)).length, 21);
  await Promise.all(runs.map((run) => run.stop()));
  t.match(await readiness(database, log, 'pair'), { state: 'live', leaseOwner: null });
});
