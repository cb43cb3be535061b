import fc from 'fast-check';
import t from 'tap';
import { freshDatabase } from './fresh-database.ts';
import { textArray } from './text-array.ts';

t.test('every list of texts reaches PostgreSQL as it is', async (t) => {
  const { database } = await freshDatabase(t);
  const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(text)), async (values) => {
      const { rows } = await database.query<{ values: (string | null)[] }>(
        'select $1::text[] as values',
        [textArray(values)],
      );
      t.same(rows[0]?.values, values);
    }),
  );
});
