import type { Caller } from '@relais/http/caller';
import t from 'tap';
import { storyteller } from './case.ts';
import { newCast } from './cast.ts';
import { type Reply, readProbe } from './probe.ts';

const probe = await readProbe(t);
const cast = newCast();
const cases = 120;

t.test('of however many referrals, a date is looked at a few cases at a time', async (t) => {
  const referrals = Array.from({ length: cases }, () => storyteller(probe, cast).referral(null));
  await Promise.all(
    referrals.map(async (one) => {
      await one.draft();
      await one.send('shared', { due: -30 });
    }),
  );
  await probe.settled();
  probe.clock.now = new Date();
  const at = probe.clock.now.toISOString();
  while (new Date().toISOString() <= at) await new Promise(setImmediate);
  const before = await listed('');
  await Promise.all(
    referrals.slice(1).map((one) => one.step('referral-claimed.v1', cast.receiver, claimed)),
  );
  await probe.settled();
  const rowsMax = widest();
  t.same(await listed(`&asOf=${at}`), before);
  const [outbox, worklist] = before;
  t.same([outbox?.length, worklist?.length], [cases, 2 * cases], 'unanswered, and overdue');
  t.ok(rowsMax() > 0 && rowsMax() <= 50, `${rowsMax()} rows at once`);
});

const claimed = () => ({ receiver: cast.receiver.association, offer: null, grounds: [] });

const listed = (asOf: string) =>
  Promise.all([
    pages(`/outbox?limit=50${asOf}`, cast.owner),
    pages(`/worklist?limit=50${asOf}`, cast.coordinatorOfRemit),
  ]);

async function pages(path: string, who: Caller): Promise<unknown[]> {
  const found: unknown[] = [];
  for (let cursor = ''; ; ) {
    const { body }: Reply = await probe.get(`${path}${cursor}`, who);
    found.push(...body.items);
    if (body.next === null) return found;
    cursor = `&cursor=${body.next}`;
  }
}

/** From now on: how many rows one statement was given at most. */
function widest(): () => number {
  const { query } = probe.rows;
  let max = 0;
  probe.rows.query = ((text: string, values: unknown[] = [], ...rest: []) => {
    for (const value of values) {
      const isRows = typeof value === 'string' && value.startsWith('[{');
      if (isRows) max = Math.max(max, JSON.parse(value).length);
    }
    return query.call(probe.rows, text, values, ...rest);
  }) as typeof query;
  return () => max;
}
