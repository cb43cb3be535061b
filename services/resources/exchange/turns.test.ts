import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { append, reached } from './import-probe.ts';
import { nextOf } from './imports/work.ts';

t.test('the file that has waited longest is next', async (t) => {
  const at = (second: number) => new Date(second * 1_000).toISOString();
  const [large, small] = [
    { id: 'large', uploaded_at: at(10) },
    { id: 'small', uploaded_at: at(20) },
  ];
  t.equal(nextOf([], new Map()), undefined);
  t.equal(nextOf([large, small], new Map()), large);
  t.equal(nextOf([large, small], new Map([['large', 30_000]])), small);
  t.equal(nextOf([large, small], new Map([['large', 15_000]])), large, 'nor is it kept waiting');
});

t.test('a large file lets a small one in, and loses nothing', async (t) => {
  const probe = await accessProbe();
  const send = async (source: string, structures: number) => {
    const list = Array.from({ length: structures }, (_, n) => ({
      ...{ source, id: `s${n}`, nom: `Nom ${n}`, date_maj: '2026-09-01' },
      description: 'Détails',
    }));
    const file = Buffer.from(JSON.stringify({ structures: list }));
    const announced = { format: 'data-inclusion', source, size: file.length };
    const { body } = await probe.ask('/imports', announced);
    await append(probe, body.id, 0, file);
    return body.id as string;
  };
  const large = await send('grande', 4_500);
  const small = await send('petite', 3);
  await reached(probe, small, ['applied']);
  const over = await reached(probe, large, ['applied']);
  t.match(over.counts, { created: 4_500, refused: 0, retired: 0 });
  const { rows } = await probe.database.query(
    "select stream from event_log.event where type like 'import-applied.%' order by position",
  );
  const order = rows.map(({ stream }) => stream);
  t.strictSame(order, [`import-${small}`, `import-${large}`]);
});
