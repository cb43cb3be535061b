import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { append, importer, reached } from './import-probe.ts';

const probe = await accessProbe();
const { app, ask, tokens } = probe;
const bring = importer(probe);
const sample = new URL('./samples/data-inclusion/directory.json', import.meta.url);
const directory = () => JSON.parse(readFileSync(sample, 'utf8'));
const announced = { format: 'data-inclusion', source: 'dora', visibility: 'public' };

t.test('hours that nobody can compute with are left out and reported, never kept', async (t) => {
  const given = directory();
  given.services[0].horaires_accueil = 'le mardi, on verra';
  given.services[1].horaires_accueil = 'Mo-Fr 09:00-12:00; PH off';
  const { report } = await bring(JSON.stringify(given), { ...announced, source: 'horaires' });
  const found = report.flatMap(({ entry, findings }) =>
    findings.map(({ field, code }: Finding) => `${entry} ${field} ${code}`),
  );
  t.ok(found.includes('dora--v1 horaires_accueil hours-unreadable'), found.join());
  t.notOk(found.some((line) => line.startsWith('dora--v2 horaires_accueil')));
  await probe.settled();
  const { body } = await ask('/offers?limit=100');
  const hours = body.items
    .filter(({ source }: Sourced) => source?.name === 'horaires')
    .map(({ source, hours }: Sourced) => [source?.id, hours]);
  t.same(new Map(hours).get('dora--v1'), null);
  t.same(new Map(hours).get('dora--v2'), 'Mo-Fr 09:00-12:00; PH off');
});

type Finding = { readonly field: string; readonly code: string };
type Sourced = { readonly source: { name: string; id: string } | null; readonly hours: string };

t.test('another file than the one that was announced changes nothing', async (t) => {
  const file = JSON.stringify(directory());
  const sha256 = createHash('sha256').update(file).digest('hex');
  const named = { ...announced, source: 'somme' };
  const wrong = await bring(`${file} `, { ...named, sha256 });
  t.match(wrong.import, { state: 'refused', reason: 'wrong-checksum', sha256 });
  const right = await bring(file, { ...named, sha256 });
  t.match(right.import, { state: 'applied', counts: { created: 5 } });
  const { body } = await ask(`/imports?sha256=${sha256}`);
  t.same(
    body.items.map(({ id }: { id: string }) => id),
    [right.id, wrong.id],
    'the imports of one file are found by its sum',
  );
});

t.test('a report is a file too, for spreadsheets and for programs', async (t) => {
  const given = directory();
  given.services[0].id = '=HYPERLINK("x")';
  given.services[1].id = '\uFF1D1+1';
  delete given.services[2].description;
  const { id, report } = await bring(JSON.stringify(given), { ...announced, source: 'rapport' });
  const read = (query: string, accept = '*/*') =>
    app.inject({
      url: `/v1/imports/${id}/report?${query}`,
      headers: { authorization: `Bearer ${tokens.owner}`, accept },
    });
  t.equal((await read('', 'text/html')).statusCode, 406);
  const lines = await read('', 'application/x-ndjson');
  t.match(lines.headers['content-type'], /ndjson/);
  t.same(
    lines.body
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
    report,
  );
  const cells = await read('format=csv');
  t.match(cells.headers['content-type'], /text\/csv/);
  t.match(cells.headers['content-disposition'], /attachment; filename=.*\.csv/);
  const rows = cells.body.split('\r\n');
  t.equal(rows[0], '\uFEFFline,kind,entry,organisation,outcome,effect,field,code');
  t.ok(
    rows.some((row) => row.includes(`,"'=HYPERLINK(""x"")",`)),
    cells.body,
  );
  t.ok(
    rows.some((row) => row.includes(`,'\uFF1D1+1,`)),
    cells.body,
  );
  const refused = await read('format=csv&outcome=refused');
  t.notMatch(refused.body, /,corrected,/);
});

t.test('what no text can hold is taken out of it, and the line comes in', async (t) => {
  const given = directory();
  given.services[0].description = 'Avant\0après, \uD800 et \\u0000"';
  given.services[1].description = 'Rien que \\\\u0000';
  given.services[2].inconnu = JSON.parse('['.repeat(200) + ']'.repeat(200));
  const { import: over, report } = await bring(JSON.stringify(given), {
    ...{ ...announced, source: 'signes' },
  });
  t.equal(over.state, 'applied');
  const found = Object.fromEntries(report.map((row) => [row.entry, row]));
  t.match(found['dora--v1'], { outcome: 'corrected' });
  t.ok(found['dora--v1'].findings.some(({ code }: Finding) => code === 'text-cleaned'));
  t.notOk(found['dora--v2'].findings.some(({ code }: Finding) => code === 'text-cleaned'));
  t.match(found[''], { kind: 'entry', outcome: 'refused', findings: [{ code: 'malformed' }] });
  await probe.settled();
  const { body } = await ask('/offers?limit=100');
  const descriptions = body.items
    .filter(({ source }: Sourced) => source?.name === 'signes')
    .map(({ description }: { description: string }) => description);
  t.same(descriptions.sort(), ['Avantaprès,  et \\u0000"', 'Rien que \\\\u0000']);
});

t.test('a file that is none after ten thousand good lines changes nothing', async (t) => {
  const good = (n: number) =>
    JSON.stringify({ source: 'x', id: `s${n}`, nom: `N ${n}`, date_maj: '2026-09-01' });
  const source = { ...announced, source: 'longue' };
  const first = await bring([0, 1, 2].map(good).join('\n'), source);
  t.match(first.import, { state: 'applied', counts: { created: 3 } });
  const lines = Array.from({ length: 10_000 }, (_, n) => good(n + 1));
  const broken = await bring([...lines, 'voilà tout'].join('\n'), source);
  t.match(broken.import, { state: 'refused', reason: 'not-json', counts: null });
  const empty = await bring('[]', source);
  t.match(empty.import, { state: 'refused', reason: 'empty' }, 'nothing is no directory');
  const same = await bring([0, 1, 2].map(good).join('\n'), source);
  t.match(same.import.counts, { unchanged: 3, created: 0, retired: 0 });
});

t.test(
  'an organisation with more than five thousand entries is refused, line by line',
  async (t) => {
    const row = (n: number) => `Trop grande;Service ${n};Détails;sante--acces-aux-soins`;
    const rows = Array.from({ length: 5_001 }, (_, n) => row(n));
    const table = [
      'structure.nom;nom;description;thematiques',
      'Petite;Une heure;Détails;sante--acces-aux-soins',
      ...rows,
    ];
    const { import: over } = await bring(table.join('\n'), {
      ...{ ...announced, format: 'csv', source: 'grande' },
    });
    t.match(over, { state: 'applied', reason: null });
    t.match(over.counts, { created: 2, refused: 5_002, retired: 0 });
    t.match(over.progress, { organisations: 2, organisationsDone: 2 });
  },
);

t.test('called off while it is applied, it retires nothing', async (t) => {
  const named = { ...announced, source: 'annulee' };
  const whole = directory();
  await bring(JSON.stringify(whole), named);
  whole.services.pop();
  whole.services[0].nom = 'Un autre nom';
  const file = Buffer.from(JSON.stringify(whole));
  const { body: made } = await ask('/imports', { ...named, size: file.length });
  await probe.database.transaction(async (sql) => {
    // Whoever applies it waits with its first report.
    await sql.query('lock table exchange.report in share mode');
    await append(probe, made.id, 0, file);
    await reached(probe, made.id, ['applying']);
    const over = await ask(`/imports/${made.id}/cancel`, {}, '"0"');
    t.match(over, { status: 200, body: { state: 'cancelled' } });
  });
  const same = await bring(JSON.stringify(directory()), named);
  t.match(same.import.counts, { created: 0, retired: 0, refused: 0 });
});
