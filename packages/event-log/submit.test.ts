import { randomUUID } from 'node:crypto';
import { freshDatabase } from '@relais/postgres/fresh-database';
import { migrate } from '@relais/postgres/migrate';
import t from 'tap';
import { z } from 'zod';
import { type Aggregate, accept, refuse } from './aggregate.ts';
import { derivedId, eventId } from './event-id.ts';
import { ContentMismatch, type Log } from './log.ts';
import { probeEvent, probeStream } from './log-probe.ts';
import { eventLogMigrations, openPostgresLog } from './postgres-store.ts';
import { attemptsMax, type CommandContext, load, submit } from './submit.ts';

type Command = { readonly type: 'open' | 'fill'; readonly litres: number };
type Event = { readonly type: 'opened.v1' | 'filled.v1'; readonly data: { litres: number } };
type State = 'absent' | number;

/** A barrel: opened once, then filled up to ten litres. */
const barrel: Aggregate<Command, State, Event, { code: string }> = {
  category: 'barrel',
  initial: 'absent',
  decide({ type, litres }, state) {
    if (type === 'open') {
      if (state !== 'absent') return refuse({ code: 'already-open' });
      if (litres > 10) return refuse({ code: 'too-much' });
      return accept({ type: 'opened.v1', data: { litres } });
    }
    if (litres === 0) return accept();
    if (state === 'absent') return refuse({ code: 'absent' });
    return state + litres > 10
      ? refuse({ code: 'too-much' })
      : accept({ type: 'filled.v1', data: { litres } });
  },
  evolve: (state, { data }) => (state === 'absent' ? 0 : state) + data.litres,
};
const data = z.object({ litres: z.number() });
const contract = { schemas: { 'opened.v1': data, 'filled.v1': data }, upcasters: {} };

function context(commandId = randomUUID()): CommandContext {
  const occurredAt = '2026-03-01T08:00:00.000Z';
  return {
    ...{ actor: 'cooper', association: null, correlationId: commandId, causationId: commandId },
    ...{ commandId, occurredAt },
  };
}

const { database } = await freshDatabase(t);
await migrate(database, eventLogMigrations);
const log = openPostgresLog(database);
t.teardown(() => log.close());
const target = () => ({ log, aggregate: barrel, contract, id: randomUUID() });
const open = { type: 'open', litres: 2 } as const;
const fill = { type: 'fill', litres: 3 } as const;

t.test('a stream that a command begins is not read', async (t) => {
  let reads = 0;
  const counting = {
    ...log,
    read: (...args: Parameters<typeof log.read>) => {
      reads += 1;
      return log.read(...args);
    },
  };
  const to = { ...target(), log: counting, from: 'nothing' as const };
  const outcome = await submit(open, { ...to, context: context() });
  t.match(outcome, { outcome: 'done', state: 2, revision: 0n, duplicate: false });
  t.equal(reads, 0);
});

t.test('nothing to do on a stream that is not there is done, and begins none', async (t) => {
  const of = target();
  for (const from of ['nothing', undefined] as const) {
    const nothing = { type: 'fill', litres: 0 } as const;
    const outcome = await submit(nothing, { ...of, context: context(), from });
    t.match(outcome, { outcome: 'done', state: 'absent', duplicate: true });
  }
  t.equal((await load(of, '')).revision, 'none');
});

t.test('a repeated beginning gives the first result, whatever it would decide now', async (t) => {
  const to = { ...target(), from: 'nothing' as const };
  const command = context();
  const first = await submit(open, { ...to, context: command });
  await submit(fill, { ...to, context: context(), from: undefined });
  for (const again of [open, { ...open, litres: 4 }, { ...open, litres: 11 }]) {
    t.strictSame(await submit(again, { ...to, context: command }), { ...first, duplicate: true });
  }
});

t.test('a stream that was begun by another command is refused as the rules say', async (t) => {
  const to = { ...target(), from: 'nothing' as const };
  await submit(open, { ...to, context: context() });
  const outcome = await submit(open, { ...to, context: context() });
  t.match(outcome, { outcome: 'refused', refusal: { code: 'already-open' }, revision: 0n });
});

t.test('what was loaded is decided on, and read again when it is out of date', async (t) => {
  const to = target();
  await submit(open, { ...to, context: context() });
  const [one, other] = [context(), context()];
  const loaded = await load(to, one.commandId);
  t.match(loaded, { state: 2, revision: 0n, done: undefined });
  const first = await submit(fill, { ...to, context: one, from: loaded });
  t.match(first, { outcome: 'done', state: 5, revision: 1n });
  const late = await submit(fill, { ...to, context: other, from: loaded });
  t.match(late, { outcome: 'done', state: 8, revision: 2n });
  const stale = await submit(fill, { ...to, context: context(), from: loaded, expected: 2n });
  t.match(stale, { outcome: 'stale', revision: 0n });
});

t.test('loading for a command that was carried out tells what it led to', async (t) => {
  const to = target();
  const command = context();
  const first = await submit(open, { ...to, context: command });
  await submit(fill, { ...to, context: context() });
  const loaded = await load(to, command.commandId);
  t.match(loaded, { state: 5, revision: 1n });
  t.strictSame(loaded.done, { ...first, duplicate: true });
  t.strictSame(await submit(open, { ...to, context: command, from: loaded }), loaded.done);
});

/** The log, with something that happens just before each append. */
const racing = (before: (nth: number) => Promise<unknown>): Log => {
  let nth = 0;
  return {
    ...log,
    async append(...args) {
      nth += 1;
      await before(nth);
      return await log.append(...args);
    },
  };
};

t.test('who loses a race decides again on what the winner left', async (t) => {
  const to = target();
  await submit(open, { ...to, context: context() });
  const faster = (times: number) =>
    racing(async (nth) => {
      if (nth <= times) await submit({ ...fill, litres: 1 }, { ...to, context: context() });
    });
  const won = await submit(fill, { ...to, log: faster(2), context: context() });
  t.match(won, { outcome: 'done', state: 7, revision: 3n, duplicate: false });
  const refused = await submit(fill, { ...to, log: faster(1), context: context() });
  t.match(refused, { outcome: 'refused', refusal: { code: 'too-much' }, state: 8, revision: 4n });
});

t.test('who loses every race is told so, and nothing of it is in the log', async (t) => {
  const to = target();
  await submit(open, { ...to, context: context() });
  let races = 0;
  const lost = racing(async () => {
    races += 1;
    await submit({ ...fill, litres: 1 }, { ...to, context: context() });
  });
  const command = context();
  const outcome = await submit({ ...fill, litres: 0.5 }, { ...to, log: lost, context: command });
  t.strictSame(outcome, { outcome: 'contended' });
  t.equal(races, attemptsMax);
  t.match(await load(to, command.commandId), { state: 2 + attemptsMax, done: undefined });
});

t.test('two attempts of one command on different facts have one result', async (t) => {
  const to = target();
  await submit(open, { ...to, context: context() });
  const command = context();
  const other = racing(async () => submit({ ...fill, litres: 1 }, { ...to, context: command }));
  const outcome = await submit(fill, { ...to, log: other, context: command });
  t.match(outcome, { outcome: 'done', state: 3, revision: 1n, duplicate: true });
  t.match(await load(to, command.commandId), { state: 3, revision: 1n });
});

t.test('an id that another stream has used is no result of this command', async (t) => {
  const command = context();
  const taken = probeEvent({ n: 1 }, { id: eventId(command.commandId, 0) });
  await log.append(probeStream(), [taken], { expected: 'none' });
  await t.rejects(submit(open, { ...target(), context: command }), ContentMismatch);
});

t.test('a revision the caller did not see is stale, before the rules are asked', async (t) => {
  const to = target();
  await submit(open, { ...to, context: context() });
  const command = context();
  const stale = await submit(fill, { ...to, context: command, expected: 4n });
  t.strictSame(stale, { outcome: 'stale', state: 2, revision: 0n });
  const seen = { ...to, context: command, expected: 0n };
  const first = await submit(fill, seen);
  t.match(first, { outcome: 'done', revision: 1n });
  await submit({ ...fill, litres: 1 }, { ...to, context: context() });
  t.strictSame(await submit(fill, seen), { ...first, duplicate: true }, 'a repeat is never stale');
});

t.test('the same parts give the same id for ever: logs are full of them', async (t) => {
  t.equal(derivedId('event', 'é', 1), 'ab470c5b-eddd-5066-a16b-3906d435117b');
});
