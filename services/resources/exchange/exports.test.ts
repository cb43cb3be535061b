import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { operationsOf } from '@relais/http/fuzz-operations';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { entitled, type Scored, told, withoutScore } from './exported-probe.ts';
import { atMost } from './exports/at-most.ts';
import { hsdsCases, isValid } from './hsds-cases.ts';
import { hsdsFormCases } from './hsds-form-cases.ts';
import { hsdsProbe } from './hsds-probe.ts';
import { importer } from './import-probe.ts';

const probe = await accessProbe();
const { app, ask, tokens } = probe;
const bring = importer(probe);
const sample = (name: string) =>
  readFileSync(new URL(`./samples/${name}`, import.meta.url), 'utf8');
const get = async (path: string) => {
  const answer = await app.inject({ url: `/v1${path}` });
  return { status: answer.statusCode, body: answer.json() };
};
const settled = async () => {
  const { body } = await ask('/organisations', { name: 'Repère' });
  await ask(`/organisations/${body.id}?waitFor=${body.position}`);
};

t.test('the examples of HSDS come in, nested one way and the other', async (t) => {
  const announced = { format: 'hsds', visibility: 'public' };
  const within = await bring(sample('hsds/organization_full.json'), {
    ...announced,
    source: 'hsds:organization',
  });
  t.match(within.import, { state: 'applied', counts: { refused: 0, created: 2 } });
  const source = 'hsds:service';
  const around = await bring(sample('hsds/service_full.json'), { ...announced, source });
  t.match(around.report, [
    { kind: 'offer', effect: 'created' },
    { kind: 'organisation', effect: 'created' },
  ]);
  const again = await bring(sample('hsds/service_full.json'), { ...announced, source });
  t.match(again.import.counts, { unchanged: 2, created: 0, changed: 0, retired: 0 });
  const page = await bring(sample('hsds/service_list.json'), { ...announced, source: 'hsds:list' });
  t.match(page.import, { state: 'applied', counts: { refused: 0 } });
  await settled();
  const { body } = await ask('/offers?limit=100');
  t.ok(body.items.some(({ title }: { title: string }) => title === 'Community Counselling'));
});

t.test('a language that has no name stays in the export under its code', async (t) => {
  const { body } = await ask('/offers', {
    kind: 'service',
    title: 'Traduction',
    themes: ['numerique--acquerir-un-equipement'],
    languages: ['fr-be-lu'],
    visibility: { to: 'public' },
  });
  await ask(`/offers/${body.id}?waitFor=${body.position}`);
  const { services } = (await get('/exports/hsds')).body;
  const told = services.find(({ name }: { name: string }) => name === 'Traduction');
  t.match(told.languages, [{ code: 'fr-be-lu', name: 'fr-be-lu' }]);
  t.equal((await ask(`/offers/${body.id}/withdraw`, {}, '"0"')).status, 200);
});

t.test('what is for everybody is told in the shape of HSDS, and fits its schemas', async (t) => {
  await bring(sample('data-inclusion/directory.json'), {
    ...{ format: 'data-inclusion', source: 'dora', visibility: 'public' },
  });
  const hidden = JSON.parse(sample('data-inclusion/directory.json').replaceAll('dora--', 'x--'));
  hidden.services[0].nom = 'Entre nous';
  await bring(JSON.stringify(hidden), { format: 'data-inclusion', source: 'x' });
  await settled();
  const services = await get('/hsds/services?full=true&per_page=100');
  isValid(t, 'hsds/service', services.body.contents);
  t.match(services.body, { page_number: 1, first_page: true, last_page: true, empty: false });
  t.notMatch(
    JSON.stringify(services.body),
    /Entre nous|Exemple Inventé|accueil@|[+]333/,
    'no contact either',
  );
  const french = services.body.contents.find((one: { name: string }) => /français/.test(one.name));
  t.match(french, {
    ...{ organization: { name: /Maison/ }, service_areas: [{ extent: '59' }] },
    service_at_locations: [{ location: { external_identifier: '59183' } }],
  });
  const one = await get(`/hsds/services/${french.id}`);
  t.same(one.body, french);
  const two = await get('/hsds/services?per_page=1&page=2');
  t.match(two.body, { size: 1, first_page: false, last_page: false, contents: [{}] });
  const organizations = await get('/hsds/organizations?full=true&per_page=100');
  isValid(t, 'hsds/organization', organizations.body.contents);
  t.equal((await get(`/hsds/organizations/${french.organization.id}`)).status, 200);
  const places = await get('/hsds/service_at_locations?per_page=100');
  isValid(t, 'hsds/service_at_location', places.body.contents);
  t.match(places.body.contents.length > 0, true);
  isValid(t, 'hsds/taxonomy', (await get('/hsds/taxonomies')).body.contents);
  isValid(t, 'hsds/taxonomy_term', (await get('/hsds/taxonomy_terms?per_page=100')).body.contents);
});

t.test('what needs no token never takes all connections', async (t) => {
  const running = { now: 0, most: 0 };
  const sql = atMost(2, {
    async query() {
      running.most = Math.max(running.most, ++running.now);
      await pause(5);
      running.now--;
      throw new Error('as any statement may');
    },
  });
  const asked = await Promise.allSettled(Array.from({ length: 7 }, () => sql.query('select 1')));
  t.same([asked.length, running], [7, { now: 0, most: 2 }]);
});

t.test('the read API of HSDS', async (t) => {
  const hsds = await hsdsProbe(probe);
  for (const [title, run] of Object.entries({ ...hsdsFormCases, ...hsdsCases }))
    await t.test(title, (t) => run(t, hsds));
});

t.test('exports fit the published schemas, and come in again as they went out', async (t) => {
  const taken = async () => ({
    'data-inclusion': (await get('/exports/data-inclusion')).body,
    hsds: (await get('/exports/hsds')).body,
  });
  const stranger = importer({
    ...probe,
    tokens: { ...tokens, owner: tokens.stranger },
    ask: (path, body, etag) => ask(path, body, etag, tokens.stranger),
  });
  const twice = { format: 'data-inclusion', source: 'dora', visibility: 'public' };
  await stranger(sample('data-inclusion/directory.json'), twice);
  const themes = ['numerique--acquerir-un-equipement'];
  const short = { kind: 'service', title: 'Ré', themes, visibility: { to: 'public' } };
  const twiceSaid = {
    themes: [...themes, ...themes],
    publics: ['femmes', 'femmes'],
    languages: ['fr', 'fr'],
  };
  await ask('/offers', { ...short, ...twiceSaid, description: 'Oui' });
  const { body: closed } = await ask('/offers', short);
  await ask(`/offers/${closed.id}/suspend`, {}, '"0"');
  await settled();
  const isClosed = ({ id }: { id: string }) => id === closed.id;
  t.match((await taken()).hsds.services.find(isClosed), { status: 'temporarily closed' });
  t.notMatch(JSON.stringify((await taken())['data-inclusion']), closed.id, 'it could not say so');
  await ask(`/offers/${closed.id}/resume`, {}, '"1"');
  await settled();
  const before = await taken();
  const { structures, services } = before['data-inclusion'];
  isValid(t, 'data-inclusion/structure', structures);
  isValid(t, 'data-inclusion/service', services.map(withoutScore));
  t.ok(services.every(({ score_qualite: score }: Scored) => score >= 0 && score <= 1));
  isValid(t, 'hsds/organization', before.hsds.organizations);
  isValid(t, 'hsds/service', before.hsds.services);
  t.notMatch(JSON.stringify(before), /Entre nous/);
  for (const [format, body] of Object.entries(before)) {
    const copy = { format, source: `copie-${format}`, visibility: 'public' };
    const back = await bring(JSON.stringify(body), copy);
    t.match(back.import, { state: 'applied', counts: { refused: 0, retired: 0 } }, format);
    const again = await bring(JSON.stringify(body), copy);
    t.match(again.import.counts, { created: 0, changed: 0, retired: 0 }, format);
  }
  await settled();
  const { 'data-inclusion': ours, hsds: theirs } = await taken();
  const isCopy = ({ source }: Copied) => source === 'copie-data-inclusion';
  t.same(told(ours.services.filter(isCopy)), told(services));
  t.same(entitled(ours.structures.filter(isCopy)), entitled(structures));
  const { body: listed } = await ask('/offers?limit=100');
  const copied = listed.items.filter(({ source }: Mirrored) => source?.name === 'copie-hsds');
  const ids = new Set(copied.map(({ id }: Mirrored) => id));
  t.same(
    told(theirs.services.filter(({ id }: Mirrored) => ids.has(id))),
    told(before.hsds.services),
  );
});

type Copied = { readonly source: string };
type Mirrored = { readonly id: string; readonly source: { readonly name: string } | null };
t.test('nobody is answered from rows that are still being built', async (t) => {
  const { operations: all } = operationsOf(app);
  const operations = all
    .filter(({ method, isPublic }) => isPublic && method === 'GET')
    .map(({ path }) => path);
  t.ok(operations.length > 10);
  const values: { readonly [place: string]: string } = {
    '{code}': '59183',
    'private/{file}': `private/${probe.association}.${'A'.repeat(43)}.ics`,
    '{file}': `${probe.association}.ics`,
  };
  probe.setLive(false);
  t.teardown(() => probe.setLive(true));
  for (const path of operations) {
    const q = path === '/v1/communes' ? '?q=Dunkerque' : '';
    const named = Object.entries(values).reduce((url, value) => url.replace(...value), path);
    const url = named.replaceAll(/\{\w+\}/g, probe.association) + q;
    const answer = await app.inject({ url });
    t.match(answer, { statusCode: 503, headers: { 'retry-after': '5' } }, url);
    t.match(answer.json(), { code: 'not-ready' }, url);
  }
});
