import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { importer } from './import-probe.ts';

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
