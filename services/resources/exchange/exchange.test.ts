import { readFileSync } from 'node:fs';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { append, importer } from './import-probe.ts';

const probe = await accessProbe();
const { app, ask, tokens } = probe;
const bring = importer(probe);
const sample = (name: string) =>
  readFileSync(new URL(`./samples/${name}`, import.meta.url), 'utf8');
const directory = () => JSON.parse(sample('data-inclusion/directory.json'));
const announced = { format: 'data-inclusion', source: 'dora', visibility: 'public' };
const offers = async () => {
  const { body } = await ask('/offers?limit=100');
  return body.items.map(({ title }: { title: string }) => title);
};
const settled = async () => {
  // Whatever was appended before this is in the rows that are read with its position.
  const { body } = await ask('/organisations', { name: 'Repère' });
  await ask(`/organisations/${body.id}?waitFor=${body.position}`);
};

t.test('a directory of data·inclusion comes in, and each of its lines is reported', async (t) => {
  const first = await bring(JSON.stringify(directory(), null, 1), announced, 1_000);
  t.match(first.import, {
    state: 'applied',
    counts: { accepted: 1, corrected: 4, refused: 0, created: 5, changed: 0, retired: 0 },
  });
  const lines = first.report.map(({ entry, outcome, findings }) => [entry, outcome, findings]);
  t.match(lines, [
    ['dora--s1', 'corrected', [{ field: 'telephone', code: 'phone-normalised' }]],
    ['dora--s2', 'corrected', [{ field: 'site_web', code: 'address-not-public' }]],
    ['dora--v1', 'corrected', [{ field: 'telephone', code: 'phone-normalised' }]],
    ['dora--v2', 'corrected', [{ field: 'thematiques', code: /not-as-schema|unknown-code/ }]],
    ['dora--v3'],
  ]);
  await settled();
  const { body } = await ask('/offers?limit=100');
  const french = body.items.find(({ title }: { title: string }) => /français/.test(title));
  t.match(french, {
    ...{ publics: ['personnes-exilees'], serviceType: 'atelier', cost: { fee: 'gratuit' } },
    ...{ source: { name: 'dora', id: 'dora--v1', updatedOn: '2026-09-01' }, hasContact: true },
    ...{ zones: ['59'], allowedActions: [], visibility: 'public' },
  });
  t.equal((await ask(`/offers/${french.id}/withdraw`, {}, '"0"')).body.code, 'mirror-read-only');
});

t.test('the same file again changes nothing', async (t) => {
  const again = await bring(JSON.stringify(directory()), announced);
  t.match(again.import.counts, { unchanged: 5, created: 0, changed: 0, retired: 0 });
});

t.test('what changed is changed, and what is gone is retired', async (t) => {
  const changed = directory();
  changed.services[0].nom = 'Parler français';
  changed.services.pop();
  const { import: over, report } = await bring(JSON.stringify(changed), announced);
  t.match(over.counts, { changed: 1, retired: 1 });
  t.match(report.at(-1), { line: null, entry: 'dora--v3', effect: 'retired' });
  await settled();
  t.same(await offers(), ['Parler français', 'Permanence juridique']);
});

t.test('an organisation comes in whole or not at all', async (t) => {
  const broken = directory();
  broken.services[0].nom = 'Autrement';
  delete broken.services[1].description;
  const { import: over, report } = await bring(JSON.stringify(broken), announced);
  t.match(over.counts, { refused: 3, retired: 0 });
  t.match(
    report.filter(({ outcome }) => outcome === 'refused'),
    [
      { entry: 'dora--s1', findings: [{ code: 'organisation-refused' }] },
      { entry: 'dora--v1', findings: [{ code: 'organisation-refused' }] },
      { entry: 'dora--v2', findings: [{ field: 'description', code: 'required' }] },
    ],
  );
  await settled();
  t.same(await offers(), ['Parler français', 'Permanence juridique', 'Réparer son vélo']);
});

t.test('files that cannot be relied on change nothing', async (t) => {
  const whole = JSON.stringify(directory());
  const cases = {
    truncated: whole.slice(0, -20),
    'wrong-encoding': Buffer.from(whole, 'utf16le'),
    'not-json': 'nom;adresse\n1;2',
  };
  for (const [reason, file] of Object.entries(cases)) {
    const { import: over } = await bring(file, announced);
    t.match(over, { state: 'refused', reason }, reason);
  }
  const { import: nobodys } = await bring('[{"nom": "sans identifiant"}, 5]', announced);
  t.match(nobodys, { state: 'applied', counts: { refused: 2, retired: 0 } });
  await settled();
  t.equal((await offers()).length, 3);
});

t.test('bytes are taken where the last ones ended, and nobody else sees them', async (t) => {
  const { body } = await ask('/imports', { ...announced, size: 10 });
  const first = await append(probe, body.id, 0, Buffer.from('[1,2'));
  t.match(first, { statusCode: 200, headers: { 'upload-offset': '4', 'upload-complete': '?0' } });
  const late = await append(probe, body.id, 0, Buffer.from('[1,2'));
  t.match(late, { statusCode: 409, headers: { 'upload-offset': '4' } });
  t.equal((await append(probe, body.id, 4, Buffer.alloc(7))).statusCode, 413);
  const head = await app.inject({
    method: 'HEAD',
    url: `/v1/imports/${body.id}/content`,
    headers: { authorization: `Bearer ${tokens.owner}` },
  });
  t.match(head.headers, { 'upload-offset': '4', 'upload-length': '10' });
  const path = `/imports/${body.id}`;
  t.equal((await ask(path, undefined, undefined, tokens.stranger)).status, 404);
  t.match(await ask(`${path}/cancel`, {}, '"0"'), { status: 200, body: { state: 'cancelled' } });
  t.equal((await append(probe, body.id, 4, Buffer.alloc(6))).json().code, 'upload-over');
});

t.test('a table of any columns comes in by its mapping, as spreadsheets write it', async (t) => {
  const mapping = {
    ...{ 'structure.nom': 'Association', 'structure.commune': 'Ville', nom: 'Activité' },
    ...{ 'structure.code_postal': 'CP', description: 'Détails', thematiques: 'Thèmes' },
  };
  const theme = 'sante--acces-aux-soins';
  const rows = [
    'Association;Ville;CP;Activité;Détails;Thèmes',
    `Café inventé;Dunkerque;59140;"Permanence ""santé""";'=1+1 n'est pas une formule;${theme}`,
    `Café inventé;Dunkerque;59140;Écoute;Tous les jeudis;${theme}|autre--chose`,
    ';;;Sans association;Rien de plus;',
  ];
  const table = { ...announced, format: 'csv', source: 'tableur', mapping };
  const inFrance = Buffer.from(rows.join('\r\n'), 'latin1');
  const over = await bring(inFrance, { ...table, encoding: 'windows-1252' });
  t.match(over.import, { state: 'applied', counts: { created: 3, refused: 2 } });
  const again = await bring(`\uFEFF${rows.join('\n')}`, table);
  t.match(again.import.counts, { unchanged: 3, created: 0, changed: 0 });
  await settled();
  const { body } = await ask('/offers?limit=100');
  const found = body.items.find(({ title }: { title: string }) => title === 'Permanence "santé"');
  t.match(found, { description: "=1+1 n'est pas une formule", themes: [theme] });
  const wrong = await bring(inFrance, table);
  t.match(wrong.import, { state: 'refused', reason: 'wrong-encoding' });
  const misspelt = { ...table, mapping: { ...mapping, nom: 'Activites' } };
  const kept = await bring(rows.slice(0, 3).join('\n'), misspelt);
  t.match(kept.import, { state: 'refused', reason: 'column-missing', counts: null });
  t.match(kept.report, [{ line: 1, findings: [{ field: 'Activites', code: 'column-missing' }] }]);
});

t.test('a table needs no descriptions, and days as France writes them', async (t) => {
  const days = ['05/01/2026', '2026-02-30', ''].map((day) => `Jardin,Serre du ${day},${day}`);
  const rows = ['structure.nom,nom,date_maj', ...days, 'Jardin,Dé,1.2.2026'];
  const brought = await bring(rows.join('\n'), { ...announced, format: 'csv', source: 'jardin' });
  t.match(brought.import, { state: 'applied', counts: { refused: 0, corrected: 1, created: 5 } });
  await settled();
  const { body } = await ask('/offers?limit=100');
  const found = body.items.filter(({ source }: Listed) => source?.name === 'jardin');
  const said = found.map(({ title, description, source }: Listed) => [
    ...[title, description, source?.updatedOn],
  ]);
  t.strictSame(said.sort(), [
    ['Dé', null, '2026-02-01'],
    ['Serre du 05/01/2026', null, '2026-01-05'],
    ['Serre du 2026-02-30', null, null],
    ['Serre du', null, null],
  ]);
});

type Listed = {
  readonly title: string;
  readonly description: string | null;
  readonly source: { readonly name: string; readonly updatedOn: string | null } | null;
};

t.test(
  'a zone that is no place is reported, and never makes an offer one for everywhere',
  async (t) => {
    const strange = directory();
    strange.services[0].zone_eligibilite = ['59', '99999'];
    strange.services[1].zone_eligibilite = ['99999'];
    const { report } = await bring(JSON.stringify(strange), { ...announced, source: 'carif' });
    for (const entry of ['dora--v1', 'dora--v2']) {
      const { outcome, findings } = report.find((line) => line.entry === entry);
      t.equal(outcome, 'corrected');
      t.ok(findings.some(({ code }: { code: string }) => code === 'zone-unknown'));
    }
    await settled();
    const { body } = await ask('/offers?limit=100');
    const mirrored = body.items.filter(
      (one: { source: { name: string } }) => one.source?.name === 'carif',
    );
    t.same(mirrored.map(({ zones }: { zones: string[] }) => zones.join()).sort(), [
      '',
      '59',
      '99999',
    ]);
  },
);
