import type { Sql } from '@relais/postgres/database';
import t from 'tap';
import { accessProbe } from './access-probe.ts';
import { listExchanges } from './exchanges/query.ts';
import { listNeeds } from './needs/query.ts';
import {
  findPool,
  listOccupancy,
  listReservations,
  listUnavailabilities,
  listUnits,
} from './places/query.ts';
import { listPublications } from './publications/query.ts';
import { listAnswers, listQuestions } from './questions/query.ts';
import { registrationsBy, registrationsOf } from './sessions/registration-query.ts';
import { countStays, findStay, listStays } from './stays/query.ts';

const { rows: sql, settled } = await accessProbe();

const tables = ['offer', 'place_pool', 'reservation', 'place_unit', 'unavailability', 'stay'];
tables.push(
  'publication',
  'session',
  'registration',
  'need',
  'question',
  'published_answer',
  'exchange',
);
const count = 5_000;

/** By type, what a column holds in the row `n`: ids of other rows are shared by some of them. */
const filled = (table: string, column: string, type: string): string => {
  if (column === 'id') return `md5('${table}' || n)::uuid`;
  if (column === 'state') return `case when n % 2 = 0 then 'published' else 'unmet' end`;
  if (type === 'uuid') {
    const shared = ['reservation', 'session', 'offer'].includes(column) ? count / 4 : 500;
    const of = shared === 500 ? 'association' : column;
    return `md5('${of}' || n % ${table === 'place_pool' ? count : shared})::uuid`;
  }
  const values: { readonly [type: string]: string } = {
    text: `'w' || n`,
    jsonb: `'{}'`,
    boolean: 'false',
    date: `date '2026-01-01' + (n % 300)::int`,
    'timestamp with time zone': `timestamptz '2026-01-01' + n * interval '1 minute'`,
    ARRAY: `'{}'`,
  };
  return values[type] ?? 'n';
};

async function fill(table: string): Promise<void> {
  const { rows } = await sql.query<{ name: string; type: string }>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_schema = current_schema() and table_name = $1 and is_generated = 'NEVER'
     order by ordinal_position`,
    [table],
  );
  const names = rows.map(({ name }) => `"${name}"`).join(', ');
  const values = rows.map(({ name, type }) => filled(table, name, type)).join(', ');
  await sql.query(
    `insert into ${table} (${names}) select ${values} from generate_series(1, ${count}) as n`,
  );
  await sql.query(`analyze ${table}`);
}

/** Tells how PostgreSQL would answer, and answers nothing. */
const plans: string[] = [];
const explaining: Sql = {
  async query(text, values) {
    const { rows } = await sql.query(`explain ${text}`, values);
    plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
    return { rows: [], rowCount: 0 };
  },
};

t.test('lists read by an index what they answer, however much others have', async (t) => {
  await settled();
  for (const table of tables) await fill(table);
  const { rows } = await sql.query<{ association: string; offer: string; session: string }>(
    `select md5('association1')::uuid as association, md5('offer1')::uuid as offer,
       md5('session1')::uuid as session`,
  );
  const { association = '', offer = '', session = '' } = rows[0] ?? {};
  const own = [association];
  const asked = { from: '2026-01-01', to: '2026-02-01', step: 'day', now: '2026-11-01' } as const;
  const lists: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['stays', () => listStays(explaining, own, {}, undefined, 20)],
    ['stays of an offer', () => listStays(explaining, own, { offer }, undefined, 20)],
    ['a stay', () => findStay(explaining, session, own)],
    ['figures', () => countStays(explaining, offer, '2026-01-01', '2026-12-01').catch(() => null)],
    ['places', () => findPool(explaining, offer, own, false)],
    ['occupancy', () => listOccupancy(explaining, offer, asked)],
    ['reservations', () => listReservations(explaining, offer, 20)],
    ['units', () => listUnits(explaining, offer)],
    ['unavailabilities', () => listUnavailabilities(explaining, offer)],
    [
      'registrations',
      () => registrationsBy(explaining, association, true, undefined, undefined, 20),
    ],
    ['registrations of a session', () => registrationsOf(explaining, session, true, undefined, 20)],
    ['needs', () => listNeeds(explaining, own, {}, undefined, 20)],
    ['unmet needs', () => listNeeds(explaining, null, {}, undefined, 20)],
    ['questions', () => listQuestions(explaining, own, {}, undefined, 20)],
    ['answers', () => listAnswers(explaining, { words: null }, undefined, 20)],
    ['publications', () => listPublications(explaining, { words: null }, undefined, 20)],
    ['exchanges', () => listExchanges(explaining, own, {}, undefined, 20)],
  ];
  for (const [name, list] of lists) {
    await list();
    const plan = plans.pop() ?? '';
    t.notMatch(plan, /Seq Scan/, `${name}\n${plan}`);
  }
});
