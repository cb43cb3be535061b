import { freshDatabase } from '@relais/postgres/fresh-database';
import fc from 'fast-check';
import t from 'tap';
import { rowsAsText } from './row-text.ts';

const columns = new Map([
  ['n', 'integer'],
  ['words', 'text'],
  ['list', 'text[]'],
  ['big', 'bigint[]'],
  ['detail', 'jsonb'],
  ['at', 'timestamp with time zone'],
]);

/** What PostgreSQL can store of a text. */
const kept = (text: string) => text.toWellFormed().replaceAll('\u0000', '\ufffd');
const text = () =>
  fc
    .string({ unit: 'binary' })
    .chain((some) => fc.constantFrom(some, `${some}\ud800\u0000`, `\\N\t\r\n\\.{"${some}"}`));
const orNull = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null });

t.test('rows come out of the database as they went into it', async (t) => {
  const { database } = await freshDatabase(t);
  const list = [...columns].map(([name, type]) => `${name} ${type}`).join(', ');
  await database.query(`create table thing (${list})`);
  const row = fc.record({
    words: orNull(text()),
    list: orNull(fc.array(orNull(text()))),
    big: orNull(fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n))),
    detail: orNull(fc.dictionary(fc.constantFrom('a', 'b', '__c'), fc.oneof(text(), fc.integer()))),
    at: orNull(fc.constantFrom('2026-11-25T08:09:10.011Z', '0001-01-01T00:00:00.000Z')),
  });
  const property = fc.asyncProperty(fc.array(row, { minLength: 1 }), async (some) => {
    const rows = some.map((one, n) => ({ n, ...one }));
    await database.transaction(async (sql) => {
      await sql.query('truncate thing');
      await sql.copy('copy thing from stdin', rowsAsText(rows, columns));
    });
    const stored = await database.query('select * from thing order by n');
    t.strictSame(stored.rows, JSON.parse(JSON.stringify(rows, asStored), asRead));
  });
  await fc.assert(property, { numRuns: 50 });
});

const asStored = (_: string, value: unknown) => {
  if (typeof value === 'bigint') return { big: `${value}` };
  return typeof value === 'string' ? kept(value) : value;
};
const asRead = (_: string, value: unknown) =>
  value instanceof Object && 'big' in value && typeof value.big === 'string'
    ? BigInt(value.big)
    : value;
