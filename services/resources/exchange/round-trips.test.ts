import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { importer } from './import-probe.ts';
import { type SchemaName, validatorOf } from './schemas.ts';

/** What our own people write, out in each format and in again. */
const probe = await accessProbe();
const { app, ask } = probe;
const bring = importer(probe);
const theme = 'sante--acces-aux-soins';
const formats = {
  'data-inclusion': '/data-inclusion',
  hsds: '/hsds',
  'hsds-tabular': '/hsds-tabular',
};

const texts = [
  `=cmd|' /C calc'!A0`,
  '-2+3',
  "'=déjà",
  '\uFF1D1+1',
  '\u202Eأهلا',
  '" guillemets ", virgule',
  '29/02/2024',
  'null',
];
const addresses = [
  'https://exémple.org/é',
  'https://example.org/a b|c',
  'https://example.org/%9',
  'https://example.org/?q=[1]#a#b',
];
const hours = ['Mo[1] 10:00-12:00', 'sunrise-sunset', 'Feb 29 10:00-12:00', 'Mo-Fr 22:00-02:00'];
const at = <Item>(list: readonly Item[], n: number): Item => list[n % list.length] as Item;

t.before(async () => {
  for (const [n, text] of texts.entries()) {
    const link = at(addresses, n);
    const own = await ask('/organisations', { name: text, description: text, website: link });
    const offer = await ask('/offers', {
      ...{ kind: 'service', title: text, description: text, themes: [theme], url: link },
      ...{ organisation: own.body.id, visibility: { to: 'public' }, hours: at(hours, n) },
      mobilisation: { modes: [], by: [], link, detail: text },
    });
    if (offer.status !== 201) throw new Error(JSON.stringify(offer.body));
  }
  await probe.settled();
});

t.test('every document that goes out is what its published schema allows', async (t) => {
  const all = async (path: string) => (await app.inject(`/v1/exports${path}`)).json();
  const [ours, hsds] = [await all('/data-inclusion'), await all('/hsds')];
  const lists: [SchemaName, object[]][] = [
    ['data-inclusion/structure', ours.structures],
    ['data-inclusion/service', ours.services],
    ['hsds/organization', hsds.organizations],
    ['hsds/service', hsds.services],
  ];
  for (const [name, documents] of lists) {
    const validate = validatorOf(name);
    t.equal(documents.length, texts.length);
    for (const document of documents) t.ok(validate(document), JSON.stringify(validate.errors));
  }
});

t.test('what went out comes in as it was said, and again changes nothing', async (t) => {
  for (const [format, path] of Object.entries(formats)) {
    const file = (await app.inject(`/v1/exports${path}`)).rawPayload;
    const announced = { format, source: `copie ${format}` };
    const first = await bring(file, announced);
    t.match(first.import.counts, { created: 2 * texts.length, corrected: 0, refused: 0 }, format);
    const again = await bring(file, announced);
    t.match(again.import.counts, { created: 0, changed: 0, unchanged: 2 * texts.length });
  }
  await probe.settled();
  const { body } = await ask('/offers?limit=100');
  const said = ({ title, description, hours }: Listed) =>
    JSON.stringify([title, description, hours]);
  for (const format of Object.keys(formats)) {
    const copies = (body.items as Listed[]).filter(
      ({ source }) => source?.name === `copie ${format}`,
    );
    const originals = (body.items as Listed[]).filter(({ source }) => source === null);
    t.strictSame(copies.map(said).sort(), originals.map(said).sort(), format);
  }
});
type Listed = {
  readonly title: string;
  readonly description: string;
  readonly hours: string;
  readonly source: { readonly name: string } | null;
};
