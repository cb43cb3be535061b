import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { Shelf } from './exports/shelf.ts';
import { importer } from './import-probe.ts';
import { type Files, isPackage, unzipped, zipped } from './package-probe.ts';
import { tables } from './tabular/tables.ts';

const probe = await accessProbe();
const { app, ask } = probe;
const bring = importer(probe);
const sample = (name: string) =>
  readFileSync(new URL(`./samples/${name}`, import.meta.url), 'utf8');
const announced = { format: 'hsds-tabular', source: 'paquet' };

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const organizations = `id,name,description\n${id(1)},Maison inventée,Ce qu'elle fait\n`;
const services = `id,organization_id,name,status\n${id(2)},${id(1)},Écoute,active\n`;
const good: Files = { 'organizations.csv': organizations, 'services.csv': services };
const offersOf = async (source: string) => {
  await probe.settled();
  const { body } = await ask('/offers?limit=100');
  return body.items.filter((offer: { source: { name: string } | null }) =>
    offer.source === null ? source === '' : offer.source.name === source,
  );
};

t.test('what is for everybody goes out as tables, and comes in again as it was', async (t) => {
  await bring(sample('data-inclusion/directory.json'), {
    ...{ format: 'data-inclusion', source: 'dora', visibility: 'public' },
  });
  const formulas = ['=1+1', "'=1+1", '＝1+1', '-1', "d'abord, « puis »\nensuite;enfin\tà la fin"];
  const { body: organisation } = await ask('/organisations', { name: '@Repère' });
  for (const title of formulas) {
    const { body } = await ask('/offers', {
      ...{ kind: 'service', title: title.replaceAll(/\s/g, ' '), description: title },
      ...{ organisation: organisation.id, themes: ['sante--acces-aux-soins'] },
      ...{ publics: ['personnes-exilees'], visibility: { to: 'public' }, weeklyHours: 2 },
    });
    t.match(body, { id: /-/ });
  }
  const nobodys = { kind: 'service', title: 'De personne', themes: ['sante--acces-aux-soins'] };
  await ask('/offers', { ...nobodys, visibility: { to: 'public' } });
  await probe.settled();
  const answer = await app.inject({ url: '/v1/exports/hsds-tabular' });
  t.match(answer, { statusCode: 200, headers: { 'content-type': 'application/zip' } });
  const files = await unzipped(answer.rawPayload);
  const descriptor = JSON.parse(files['datapackage.json'] ?? '');
  t.ok(isPackage(descriptor), JSON.stringify(isPackage.errors));
  const { resources } = descriptor;
  const paths = resources.map(({ path }: { path: string }) => path);
  t.same(new Set(Object.keys(files)), new Set(['datapackage.json', ...paths]));
  for (const { path, fields } of [...tables.values()].filter((table) =>
    paths.includes(table.path),
  )) {
    t.equal(files[path]?.split('\r\n')[0], fields.map(({ name }) => name).join(), path);
  }
  t.notMatch(files['services.csv'], /(?:^|,)"?[=＝-]/m, 'no cell is a formula');
  t.notMatch(JSON.stringify(files), /accueil@|[+]333/, 'no contact');
  const copy = { ...announced, source: 'copie' };
  const first = await bring(answer.rawPayload, copy, 700);
  t.match(first.import, { state: 'applied', counts: { corrected: 0, refused: 0, changed: 0 } });
  const again = await bring(answer.rawPayload, copy);
  t.match(again.import.counts, { created: 0, changed: 0, retired: 0 });
  const originals = [...(await offersOf('')), ...(await offersOf('dora'))];
  t.equal(originals.length, 9);
  t.same(told(await offersOf('copie')), told(originals), 'the same offers, of another source');
});

const saidFields = [
  ...['title', 'kind', 'description', 'accessConditions', 'publicsDetail', 'themes', 'publics'],
  ...['serviceType', 'receptionModes', 'cost', 'mobilisation', 'zones', 'languages', 'hours'],
  ...['weeklyHours', 'weeks', 'url'],
];
/** What offers say, wherever they are from. */
const told = (offers: { [field: string]: unknown }[]): string[] =>
  offers
    .map((offer) => saidFields.map((field) => offer[field]).concat((offer.sites as []).length))
    .map((said) => JSON.stringify(said))
    .sort();

t.test('records of all tables are joined, and what cannot be joined is told', async (t) => {
  const files = {
    'export/organizations.csv': organizations,
    'export/services.csv': `\uFEFFid;organization_id;name;status;minimum_age;label
${id(2)};${id(1)};Écoute;active;seize;?
${id(3)};${id(9)};Sans maison;active;;\n`,
    'export/locations.csv': `id,location_type,name,latitude,longitude
${id(4)},physical,Le local,"51,03",2.37\n`,
    'export/service_at_location.csv': `id,service_id,location_id
${id(5)},${id(2)},${id(4)}\n${id(6)},${id(2)},${id(8)}\n`,
    'export/contacts.csv': `id,service_id,name\n${id(10)},${id(2)},Personne Inventée\n`,
    'export/phones.csv': `id,contact_id,number\n${id(11)},${id(10)},03 28 00 00 00
${id(12)},${id(7)},+33328000001\n${id(13)},,+33328000002\n`,
    'export/languages.csv': `id,service_id,code\n${id(14)},${id(2)},ar\n`,
    'export/attributes.csv': `id,link_id,link_entity,taxonomy_term_id,value
${id(15)},${id(2)},Services,${id(16)},\n`,
    'export/taxonomies.csv': `id,name,description\n${id(17)},data-inclusion:publics,?\n`,
    'export/taxonomy_terms.csv': `id,code,name,description,taxonomy_id
${id(16)},personnes-exilees,?,?,${id(17)}\n`,
    'export/lisez-moi.txt': 'bonjour',
    '__MACOSX/._services.csv': '?',
  };
  const over = await bring(await zipped(files), announced);
  t.match(over.import, { state: 'applied', counts: { created: 2, refused: 1, retired: 0 } });
  const rows = over.report.map(({ line, kind, entry, outcome, findings }) => [
    ...[line, kind, entry, outcome],
    ...findings.map(({ field, code }: { field: string; code: string }) => `${field} ${code}`),
  ]);
  t.same(rows, [
    [2, 'organisation', id(1), 'accepted'],
    [2, 'offer', id(2), 'corrected', 'minimum_age not-as-schema', 'phones.number phone-normalised'],
    [3, 'offer', id(3), 'refused', 'organisation organisation-missing'],
    [null, 'entry', 'export/lisez-moi.txt', 'corrected', ' unknown-file'],
    [null, 'entry', '__MACOSX/._services.csv', 'corrected', ' unknown-file'],
    [1, 'entry', 'export/services.csv', 'corrected', 'label unknown-column'],
    [3, 'entry', 'export/phones.csv', 'corrected', 'contact_id unknown-reference'],
    [3, 'entry', 'export/service_at_location.csv', 'corrected', 'location_id unknown-reference'],
    [4, 'entry', 'export/phones.csv', 'corrected', ' unknown-reference'],
  ]);
  const [offer] = await offersOf('paquet');
  t.match(offer, { title: 'Écoute', languages: ['ar'], publics: ['personnes-exilees'] });
  const { body: site } = await ask(`/sites/${offer.sites[0]}`);
  t.match(site, { name: 'Le local', coordinates: { latitude: 51.03, longitude: 2.37 } });
  t.match(await ask(`/offers/${offer.id}/contact/reveal`, {}), { body: {} });
});

t.test(
  'packages that cannot be relied on change nothing, and the report names the file',
  async (t) => {
    const whole = await zipped(good);
    const patched = (from: string, to: string) =>
      Buffer.from(whole.toString('latin1').replaceAll(from, to), 'latin1');
    const encrypted = Buffer.from(whole);
    // The flags of the first file, in the directory at the end.
    const at = whole.indexOf('PK\x01\x02', 'latin1');
    encrypted.writeUInt16LE(encrypted.readUInt16LE(at + 8) | 1, at + 8);
    const damaged = Buffer.from(whole);
    damaged.writeUInt32LE(1, at + 16);
    const many = Object.fromEntries(
      Array.from({ length: 201 }, (_, index) => [`${index}.txt`, '']),
    );
    const cases: [string, Buffer, string, string?][] = [
      ['not-zip', Buffer.from('id,name\n1,2\n'), ''],
      ['not-zip', whole.subarray(0, -30), ''],
      ['not-zip', damaged, 'organizations.csv'],
      ['zip-encrypted', encrypted, 'organizations.csv'],
      [
        'zip-unsafe-name',
        patched('organizations.csv', '../../etc/pass.csv'.slice(0, 17)),
        '../../etc/pass.cs',
      ],
      ['zip-too-large', await zipped({ ...good, 'phones.csv': Buffer.alloc(17e6) }), 'phones.csv'],
      ['zip-too-large', await zipped(many), ''],
      [
        'file-listed-twice',
        await zipped({ ...good, 'a/services.csv': services }),
        'a/services.csv',
      ],
      ['table-missing', await zipped({ 'services.csv': services }), 'organizations.csv'],
      [
        'column-missing',
        await zipped({ ...good, 'services.csv': services.replace('status', 'etat') }),
        'services.csv',
        'status',
      ],
      ['column-missing', await zipped({ ...good, 'services.csv': '' }), 'services.csv', 'id'],
      [
        'wrong-encoding',
        await zipped({ ...good, 'services.csv': Buffer.from(services, 'latin1') }),
        'services.csv',
      ],
      [
        'not-csv',
        await zipped({ ...good, 'services.csv': `${services}"${id(3)}\n` }),
        'services.csv',
      ],
    ];
    for (const [reason, file, entry, field] of cases) {
      const over = await bring(file, announced);
      t.match(over.import, { state: 'refused', reason }, reason);
      const findings = [{ code: reason, ...(field !== undefined && { field }) }];
      t.match(over.report, entry === '' ? [] : [{ entry, outcome: 'refused', findings }], reason);
    }
    t.equal((await offersOf('paquet')).length, 1);
  },
);

t.test('who breaks off a download breaks it for nobody else', async (t) => {
  const shelf = new Shelf(({ file }) => writeFile(file, Buffer.alloc(200_000, 7)));
  const [left, read] = [await shelf.read(), await shelf.read()];
  left.bytes.once('data', () => left.bytes.destroy());
  await finished(left.bytes).catch(() => undefined);
  for (const { bytes } of [read, await shelf.read()])
    t.equal((await buffer(bytes)).length, 200_000);
  await shelf.close();
});
