import t from 'tap';
import { startChild } from './fixtures/child.ts';
import { eventually } from './fixtures/eventually.ts';
import { contents, openPlatform, start } from './fixtures/platform.ts';
import { tallyProjection } from './fixtures/tally.ts';
import { deadlineMs, followUntil, mustAppend, probeEvent, probeStream } from './log-probe.ts';

const platform = await openPlatform(t);
const { url, database, log, positions } = platform;

type Tried = { stream: string; expected: bigint | 'none'; id: string; n: number };

/** What a killed process had begun and what it had been promised. */
function ledger(lines: readonly string[]): { tried: Tried[]; promised: Map<string, bigint> } {
  const tried: Tried[] = [];
  const promised = new Map<string, bigint>();
  for (const line of lines) {
    const [kind, ...fields] = line.split(' ');
    if (kind === 'ack') promised.set(fields[0] ?? '', BigInt(fields[1] ?? ''));
    else {
      const [stream = '', expected = '', id = '', n] = fields;
      const revision = expected === 'none' ? expected : BigInt(expected);
      tried.push({ stream, expected: revision, id, n: Number(n) });
    }
  }
  return { tried, promised };
}

t.test(
  'of writers killed at any moment no acknowledged event is lost, none is doubled',
  async (t) => {
    const all = new Map<string, bigint>();
    for (let round = 0; round < 4; round++) {
      const child = startChild('append-child.ts', url, '16');
      const enough = 20 + round * 150;
      await eventually(async () => child.lines().length > enough);
      await child.kill();
      const { tried, promised } = ledger(child.lines());
      t.ok(promised.size > 0, `round ${round}: ${promised.size} of ${tried.length} acknowledged`);
      for (const { stream, expected, id, n } of tried) {
        // What a client does that was told nothing: it repeats its append.
        const again = await mustAppend(log, stream, [probeEvent({ n }, { id })], expected);
        const position = promised.get(id);
        if (position !== undefined) {
          if (!again.duplicate || again.position !== position) t.fail(`lost: ${id} at ${position}`);
        }
        all.set(id, again.position);
      }
    }
    const { records } = await followUntil(
      log,
      { after: 0n, prefixes: ['ledger-'] },
      (_, batch) => batch.caughtUp,
    );
    t.equal(records.length, all.size);
    t.ok(records.every((record) => all.get(record.id) === record.position));
    const head = await log.head();
    const { rows } = await database.query('select count(*), max(position) from event_log.event');
    t.same(rows, [{ count: head, max: head }], 'positions have no gaps');
  },
);

t.test('of projectors killed at any moment the rows equal those of a fresh replay', async (t) => {
  const prefix = 'killed-';
  const streams = Array.from({ length: 7 }, () => probeStream('killed'));
  let n = 0;
  let position = 0n;
  const write = async (count: number) => {
    for (const end = n + count; n < end; n++) {
      const revision = Math.floor(n / streams.length);
      const expected = revision === 0 ? 'none' : BigInt(revision - 1);
      const stream = streams[n % streams.length] ?? '';
      position = (await mustAppend(log, stream, [probeEvent({ n })], expected)).position;
    }
  };
  for (let round = 0; round < 3; round++) {
    const children = [
      startChild('project-child.ts', url, prefix),
      startChild('project-child.ts', url, prefix),
    ];
    await write(60);
    await eventually(async () => children.some((child) => child.lines().includes('ready')));
    await write(20 * round);
    await Promise.all(children.map((child) => child.kill()));
  }
  const last = start(platform, tallyProjection([prefix], 1));
  t.ok(await positions.waitFor('tally_1', position, deadlineMs));
  const replay = start(platform, tallyProjection([prefix], 2));
  t.ok(await positions.waitFor('tally_2', position, deadlineMs));
  t.same(await contents(database, 'tally_1'), await contents(database, 'tally_2'));
  const { rows } = await database.query('select sum(events) from tally_1.tally');
  t.same(rows, [{ sum: BigInt(n) }]);
  await Promise.all([last.stop(), replay.stop()]);
});
