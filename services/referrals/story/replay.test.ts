import { runProjection } from '@relais/event-log/project';
import { schemaOf } from '@relais/event-log/projection';
import { readiness } from '@relais/event-log/wait-for';
import fc from 'fast-check';
import t from 'tap';
import offer from '../../../contracts/samples/offer-published.v2.json' with { type: 'json' };
import organisation from '../../../contracts/samples/organisation-registered.v1.json' with {
  type: 'json',
};
import { rowsAsOf } from '../as-of.ts';
import { referralsProjection } from '../project.ts';
import { newCast } from './cast.ts';
import { readProbe } from './probe.ts';
import { wholeStory } from './whole.ts';

const probe = await readProbe(t);
const stories: Awaited<ReturnType<typeof wholeStory>>[] = [];
for (let n = 0; n < 3; n++) stories.push(await wholeStory(probe, newCast()));
const listed = { type: 'organisation-registered.v1', data: organisation };
await probe.append(`organisation-${organisation.organisation}`, async () => listed);
const published = { type: 'offer-published.v2', data: offer };
await probe.append(`offer-${offer.offer}`, async () => published);
await probe.settled();
const head = await probe.log.head();

const tables = referralsProjection.tables.map(({ name }) => name);
/** Every row of a schema as PostgreSQL writes it, in the order of the text. */
async function rowsOf(schema: string): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const table of tables) {
    const { rows } = await probe.database.query<{ rows: string }>(
      `select coalesce(string_agg(t::text, e'\n' order by t::text), '') as rows from ${schema}.${table} t`,
    );
    all[table] = rows[0]?.rows ?? '';
  }
  return all;
}

t.test('a replay gives the same rows byte for byte, whatever the batches', async (t) => {
  const live = await rowsOf(schemaOf(referralsProjection));
  const empty = Object.keys(live).filter((table) => live[table] === '');
  t.same(empty, ['merge', 'consultation']);
  let build = 0;
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 60 }), async (batchMax) => {
      const schema = `replay_${build++}`;
      const stopping = new AbortController();
      const { database, log } = probe;
      const running = runProjection({
        ...{ database, log, projection: referralsProjection, schema, batchMax },
        ...{ signal: stopping.signal, owner: 'replay', report: () => undefined },
      });
      const deadline = Date.now() + 20_000;
      for (let at = -1n; at < head && Date.now() < deadline; ) {
        at = (await readiness(database, log, schema)).position;
      }
      stopping.abort();
      await running;
      t.same(await rowsOf(schema), live, `in batches of ${batchMax}`);
    }),
    { numRuns: 4 },
  );
});

t.test('what the log folds to in memory is what the rows hold', async (t) => {
  for (const { tell, going } of stories) {
    const streams = [`case-${tell.caseId}`, `referral-${going.id}`];
    const rows = await rowsAsOf(probe.log, referralsProjection, streams, '9999-01-01T00:00:00Z');
    for (const [table, column, id] of [
      ['case_file', 'id', tell.caseId],
      ['case_note', 'case_id', tell.caseId],
      ['vulnerability', 'case_id', tell.caseId],
      ['referral', 'id', going.id],
      ['referral_contribution', 'referral_id', going.id],
    ] as const) {
      const { rows: stored } = await probe.rows.query(
        `select * from ${table} where ${column} = $1 order by position`,
        [id],
      );
      t.ok(stored.length > 0);
      t.same(rows(table), stored, table);
    }
  }
});
