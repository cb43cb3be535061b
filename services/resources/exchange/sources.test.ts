import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { importer } from './import-probe.ts';

/** What the next file of a source does to what the ones before it brought. */
const probe = await accessProbe();
const bring = importer(probe);
const announced = (source: string) => ({ format: 'data-inclusion', source, visibility: 'public' });

const common = { source: 'x', date_maj: '2026-09-01' };
const structure = (id: string, more: object = {}) => ({ ...common, id, nom: `Nom ${id}`, ...more });
const service = (id: string, structure_id: string, more: object = {}) => ({
  ...{ ...common, id, structure_id, nom: `Nom ${id}`, description: 'Détails' },
  ...more,
});
const file = (structures: object[], services: object[]) => JSON.stringify({ structures, services });

/** Offers of a source by its identifiers. */
async function offersOf(source: string): Promise<Map<string, Listed>> {
  await probe.settled();
  const { body } = await probe.ask('/offers?limit=100');
  const own = (body.items as Listed[]).filter((one) => one.source?.name === source);
  return new Map(own.map((one) => [one.source?.id ?? '', one]));
}
type Listed = {
  readonly id: string;
  readonly organisation: string;
  readonly hasContact: boolean;
  readonly source: { readonly name: string; readonly id: string } | null;
};

t.test('an entry that goes over to another organisation stays the same offer', async (t) => {
  const both = [structure('s1'), structure('s2')];
  await bring(file(both, [service('v1', 's1'), service('v2', 's2')]), announced('depart'));
  const before = await offersOf('depart');
  const moved = await bring(
    file(both, [service('v1', 's2'), service('v2', 's2')]),
    announced('depart'),
  );
  t.match(moved.import.counts, { created: 0, changed: 1, unchanged: 3, retired: 0 });
  const after = await offersOf('depart');
  t.equal(after.get('v1')?.id, before.get('v1')?.id);
  t.equal(after.get('v1')?.organisation, before.get('v2')?.organisation);
});

t.test('an entry that goes over to an organisation that is refused stays as it was', async (t) => {
  const both = [structure('s1'), structure('s2')];
  await bring(file(both, [service('v1', 's1'), service('v2', 's2')]), announced('refus'));
  const before = await offersOf('refus');
  const broken = service('v2', 's2', { description: undefined });
  const moved = await bring(file(both, [service('v1', 's2'), broken]), announced('refus'));
  t.match(moved.import.counts, { refused: 3, changed: 0, retired: 0 });
  t.strictSame(await offersOf('refus'), before);
});

t.test('a file without the fields of contacts takes none away, null does', async (t) => {
  const reach = { telephone: '0328000000', courriel: 'accueil@example.org' };
  const bringWith = async (more: object) => {
    const services = [service('contact--v1', 'contact--s1', more)];
    const { import: over } = await bring(
      file([structure('contact--s1', more)], services),
      announced('contact'),
    );
    const offers = await offersOf('contact');
    return [over.counts.changed, offers.get('contact--v1')?.hasContact];
  };
  t.strictSame(await bringWith(reach), [0, true]);
  t.strictSame(await bringWith({}), [0, true]);
  t.strictSame(await bringWith(reach), [0, true]);
  t.strictSame(await bringWith({ nom: 'Un autre nom' }), [2, true]);
  t.strictSame(await bringWith({ nom: 'Un autre nom', telephone: null }), [2, false]);
});

t.test('a table without columns of contacts takes none away, empty cells do', async (t) => {
  const table = { ...announced('tableur'), format: 'csv' };
  const bringRows = async (...rows: string[]) => {
    await bring(rows.join('\n'), table);
    return [...(await offersOf('tableur')).values()].map(({ hasContact }) => hasContact);
  };
  t.same(await bringRows('structure.nom,nom,telephone', 'Ici,Un,0328000000'), [true]);
  t.same(await bringRows('structure.nom,nom', 'Ici,Un'), [true]);
  t.same(await bringRows('structure.nom,nom,telephone', 'Ici,Un,'), [false]);
});

t.test('our export under the name of its source changes nothing', async (t) => {
  const reach = { telephone: '0328000000', courriel: 'accueil@example.org' };
  const given = [structure('retour--s1', reach)];
  await bring(file(given, [service('retour--v1', 'retour--s1', reach)]), announced('retour'));
  await probe.settled();
  const exported = (await probe.app.inject('/v1/exports/data-inclusion')).json();
  const isOurs = ({ source }: { source: string }) => source === 'retour';
  const [structures, services] = [exported.structures, exported.services].map((list) =>
    list.filter(isOurs),
  );
  const again = await bring(file(structures, services), announced('retour'));
  t.match(again.import.counts, { unchanged: 2, changed: 0, created: 0, retired: 0 });
  t.equal((await offersOf('retour')).get('retour--v1')?.hasContact, true);
});

t.test('a file that lacks most of what its source had retires nothing unless it may', async (t) => {
  const numbered = (count: number, from = 0) =>
    Array.from({ length: count }, (_, n) => service(`v${from + n}`, 's1'));
  const bringSome = async (services: object[], more: object = {}) => {
    const given = { ...announced('perte'), ...more };
    const { import: over, report } = await bring(file([structure('s1')], services), given);
    return { ...over.counts, last: report.at(-1) };
  };
  await bringSome(numbered(60));
  t.match(await bringSome(numbered(40)), { retired: 20, refused: 0 });
  const lost = await bringSome(numbered(2));
  t.match(lost, { retired: 0, refused: 1, unchanged: 3 });
  t.match(lost.last, { line: null, outcome: 'refused', findings: [{ code: 'mostly-gone' }] });
  const renamed = await bringSome(numbered(40, 100));
  t.match(renamed, { retired: 0, refused: 1, created: 40 }, 'other identifiers are no reason');
  t.equal((await offersOf('perte')).size, 80);
  t.match(await bringSome(numbered(2), { mayRetireMost: true }), { retired: 78, refused: 0 });
  t.equal((await offersOf('perte')).size, 2);
});

t.test('a service that lost the name of its organisation is refused, and stays', async (t) => {
  const [of, one, two] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`);
  const organizations = [{ id: of, name: 'Maison', description: 'Accueil' }];
  const named = (id: string | undefined, more: object = { organization_id: of }) => ({
    ...{ id, name: `Service ${id}`, status: 'active' },
    ...more,
  });
  const hsds = { format: 'hsds', source: 'hsds', visibility: 'public' };
  await bring(JSON.stringify({ organizations, services: [named(one), named(two)] }), hsds);
  const before = await offersOf('hsds');
  const lost = JSON.stringify({ organizations, services: [named(one), named(two, {})] });
  const { import: over, report } = await bring(lost, hsds);
  t.match(over.counts, { unchanged: 2, refused: 1, retired: 0 });
  const refused = report.filter(({ outcome }) => outcome === 'refused');
  t.match(refused, [{ entry: two, findings: [{ code: 'organisation-missing' }] }]);
  t.strictSame(await offersOf('hsds'), before);
});
