import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { importer } from './import-probe.ts';

/** Tables as people and their spreadsheets write them. */
const probe = await accessProbe();
const bring = importer(probe);
const bringRows = (source: string, rows: readonly string[]) =>
  bring(rows.join('\n'), { format: 'csv', source, visibility: 'public' });
const columns = 'structure.nom,nom,description';

async function offersOf(source: string): Promise<Map<string, Listed>> {
  await probe.settled();
  const { body } = await probe.ask('/offers?limit=100');
  const own = (body.items as Listed[]).filter((one) => one.source?.name === source);
  return new Map(own.map((one) => [one.title, one]));
}
type Listed = { readonly title: string; readonly source: { readonly name: string } | null };

t.test('a line with a cell too many is refused, and the others come in', async (t) => {
  await bringRows('virgules', [columns, 'A,Un,Détails', 'B,Deux,Détails']);
  const rows = [columns, 'A,Un,Détails,', 'B,Deux,avec, virgule', 'C,Trois,Détails'];
  const { import: over, report } = await bringRows('virgules', rows);
  t.match(over.counts, { created: 2, unchanged: 2, refused: 1, retired: 0 });
  const refused = report.filter(({ outcome }) => outcome === 'refused');
  t.match(refused, [{ line: 3, kind: 'entry', findings: [{ code: 'malformed' }] }]);
  t.strictSame([...(await offersOf('virgules')).keys()].sort(), ['Deux', 'Trois', 'Un']);
});

t.test('of two columns of one name nobody can say which is meant', async (t) => {
  const { import: over, report } = await bringRows('deux', [`${columns},nom`, 'A,Un,Détails,Deux']);
  t.match(over, { state: 'refused', reason: 'not-csv' });
  t.match(report, [{ line: 1, findings: [{ field: 'nom', code: 'not-csv' }] }]);
});

t.test('the first line may tell the separator', async (t) => {
  const rows = ['sep=;', 'structure.nom;nom;date_maj', 'Café, thé;Goûter;2024-02-29', 'Bar;x;hier'];
  const { import: over, report } = await bringRows('sep', rows);
  t.match(over, { state: 'applied', counts: { created: 4, corrected: 1 } });
  t.match(
    report.find(({ outcome }) => outcome === 'corrected'),
    { line: 4 },
  );
});

t.test('names that are too long are cut, and those that are short stay', async (t) => {
  const rows = [columns, `${'N'.repeat(300)},${'é'.repeat(300)},Détails`, `${'N'.repeat(300)},O,I`];
  const { import: over, report } = await bringRows('noms', rows);
  t.match(over.counts, { created: 3, corrected: 2, accepted: 1, refused: 0 });
  t.match(report[0], { findings: [{ field: 'nom', code: 'text-shortened' }] });
  t.strictSame([...(await offersOf('noms')).keys()].sort(), ['O', `${'é'.repeat(149)}…`]);
});

t.test('zeros that a spreadsheet took away come back', async (t) => {
  const rows = [
    'structure.nom,nom,structure.code_postal,structure.code_insee,structure.commune,modes_accueil',
    'A,Un,2100,,Saint-Quentin,en-presentiel',
    'B,Deux,,1004,,en-presentiel',
  ];
  const { import: over } = await bringRows('zeros', rows);
  t.match(over.counts, { created: 4, refused: 0 });
  await probe.settled();
  const { structures } = (await probe.app.inject('/v1/exports/data-inclusion')).json();
  const own = structures.filter(({ source }: Structure) => source === 'zeros');
  t.strictSame(own.map(({ code_insee }: Structure) => code_insee).sort(), ['01004', '02691']);
});
type Structure = { readonly source: string; readonly code_insee: string };
