import t from 'tap';
import { accessProbe } from '../access-probe.ts';
import { earthRadiusKm } from '../communes/distance.ts';
import type { Key } from './look.ts';
import { findOffers } from './query.ts';
import { understand } from './understand.ts';

const { ask, rows, settled } = await accessProbe();

const base = { kind: 'service', themes: ['mobilite--acceder-a-un-vehicule'] };
const words = ['asile', 'logement', 'repas', 'santé'];
const places = ['59183', '59271', '59350', '94028'];
const some = (n: number, list: readonly string[]) => list.filter((_, k) => (n >> k) % 2 === 1);

t.test('of many answers the first are those that sorting all of them gives', async (t) => {
  for (let n = 1; n <= 30; n += 1) {
    await ask('/offers', {
      kind: n % 3 === 0 ? 'workshop' : 'service',
      title: `Numéro ${some(n, words).join(' ')}`,
      description: `Pour ${some(n * 5, words).join(' ')}`,
      themes: [n % 4 === 0 ? 'sante--acces-aux-soins' : 'mobilite--acceder-a-un-vehicule'],
      communes: some(n * 7, places),
      visibility: { to: 'network' },
    });
  }
  await settled();
  for (const filters of [
    {},
    { q: 'logement' },
    { q: 'asile logement' },
    { q: 'numero', kind: 'workshop' },
    { commune: '59183', radiusKm: 90 },
    { commune: '59183', radiusKm: 90, q: 'logement', sort: 'distance' },
    { commune: '59350', radiusKm: 60, q: 'repas' },
    { q: 'sante', sort: 'freshness' },
  ] as const) {
    const asking = { filters, audience: { viewers: [] }, now: new Date() };
    const question = await understand(rows, asking);
    const least = question.words.length;
    const sorted = await findOffers(rows, question, { least, after: undefined, limit: 100 });
    const walked: string[] = [];
    let after: Key | undefined;
    do {
      const page = await findOffers(rows, question, { least, after, limit: 3, most: 2 });
      walked.push(...page.found.map(({ id }) => id));
      const last = page.found.at(2);
      after = last && [last.key, last.id];
    } while (after !== undefined);
    t.ok(sorted.found.length > 5);
    t.same(
      walked,
      sorted.found.map(({ id }) => id),
      JSON.stringify(filters),
    );
  }
});

t.test('what lies just outside the circle does not push out what lies just inside', async (t) => {
  const kilometre = 180 / (Math.PI * earthRadiusKm);
  const { body: organisation } = await ask('/organisations', { name: 'Au bord' });
  const offered = async (km: number) => {
    const coordinates = { latitude: 10 + km * kilometre, longitude: 0.5 };
    const site = await ask(`/organisations/${organisation.id}/sites`, {
      ...{ name: 'Bord', coordinates },
    });
    const offer = { ...base, title: 'Bord', sites: [site.body.id], visibility: { to: 'network' } };
    return (await ask('/offers', offer)).body.id;
  };
  const inside = [await offered(0), await offered(2.9997)];
  for (let n = 0; n < 8; n += 1) await offered(3.0003);
  await settled();
  const filters = { latitude: 10, longitude: 0.5, radiusKm: 3 };
  const asking = { filters, audience: { viewers: [] }, now: new Date() };
  const question = await understand(rows, asking);
  const { found } = await findOffers(rows, question, {
    ...{ least: 0, after: undefined, limit: 2, most: 1 },
  });
  t.same(
    found.map(({ id }) => id),
    inside,
  );
});

const search = async (q: string) => {
  await settled();
  return (await ask(`/offer-search?${new URLSearchParams({ q })}`)).body;
};

t.test('an organisation is found by its name, and what it offers comes with it', async (t) => {
  const named = { name: 'Carrefour des Solidarités', shortName: 'CADSOL' };
  const { body: organisation } = await ask('/organisations', named);
  const offer = { ...base, title: 'Vélos', organisation: organisation.id };
  const made = await ask('/offers', { ...offer, visibility: { to: 'network' } });
  for (const q of ['carrefour solidarites', 'cadsol']) {
    const body = await search(q);
    t.match(body.items, [{ offer: { id: made.body.id }, why: [{ because: 'organisation' }] }], q);
    t.match(body.words[0], { corrected: null });
  }
  t.match(await search('bonjour je cherche des vélos'), {
    items: [{ offer: { id: made.body.id } }],
    words: [{ ignored: true }, { ignored: true }, { ignored: true }, {}, {}],
    matched: 'all',
  });
});

t.test('where nothing has all the words, as many of them as something has', async (t) => {
  const offer = { ...base, visibility: { to: 'network' } };
  const made = await ask('/offers', { ...offer, title: 'Kayak, trapèze et origami' });
  await ask('/offers', { ...offer, title: 'Origami' });
  t.match(await search('origami kayak trapeze zeppelinographie'), {
    ...{ matched: 'some', facets: { counted: 1 }, items: [{ offer: { id: made.body.id } }] },
  });
  t.equal((await search('origami zeppelinographie parapluiologue')).items.length, 2);
});

t.test('an offer is where its sites are, also when they move or are retired', async (t) => {
  const organisation = await ask('/organisations', { name: 'Itinérante' });
  const at = (latitude: number) => ({ name: 'Halte', coordinates: { latitude, longitude: 0.5 } });
  const site = await ask(`/organisations/${organisation.body.id}/sites`, at(44));
  const offer = { ...base, title: 'Bus', sites: [site.body.id], visibility: { to: 'network' } };
  await ask('/offers', offer);
  const near = async () => {
    await settled();
    const found = ['44', '45'].map(async (latitude) => {
      const place = new URLSearchParams({ latitude, longitude: '0.5', radiusKm: '3' });
      return (await ask(`/offer-search?${place}`)).body.items.length;
    });
    return await Promise.all(found);
  };
  t.same(await near(), [1, 0]);
  const moved = await ask(`/sites/${site.body.id}/change`, at(45), site.etag);
  t.same(await near(), [0, 1]);
  await ask(`/sites/${site.body.id}/retire`, {}, moved.etag);
  t.same(await near(), [0, 0]);
});
