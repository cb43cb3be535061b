/** When and for where an offer is. One rule wherever hours are told: who states none is open while its sites are. */
import { randomUUID } from 'node:crypto';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';

const { app, ask, association } = await accessProbe();
const theme = 'lecture-ecriture-calcul--maitriser-le-francais';
const [ofSite, own] = ['We 14:00-16:00', 'Sa 10:00-12:00'];

const made = async (path: string, body: object): Promise<string> => {
  const answer = await ask(path, body);
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body.id;
};
const organisation = await made('/organisations', { name: 'Maison des voisins' });
const site = (name: string, hours: string | null) =>
  made(`/organisations/${organisation}/sites`, { name, hours });
const [open, silent] = [await site('Local', ofSite), await site('Jardin', null)];
const offer = (title: string, sites: string[], hours: string | null = null) =>
  made('/offers', {
    ...{ kind: 'service', title, themes: [theme], organisation, sites, hours },
    visibility: { to: 'public' },
  });
const offers = {
  inheriting: await offer('Comme le local', [open, silent]),
  stating: await offer('À ses heures', [open], own),
  nowhere: await offer('On ne sait quand', [silent]),
};
let position = '0';
const read = async (path: string) => {
  const answer = await app.inject({ url: `/v1${path}?waitFor=${position}` });
  if (answer.statusCode !== 200) throw new Error(answer.body);
  return answer.json();
};
const openingHours = async (id: string) => (await read(`/public/offers/${id}`)).openingHours;

t.test('a view tells whose hours count, and what the offer says itself', async (t) => {
  position = (await ask('/organisations', { name: 'Repère' })).body.position;
  t.same(await openingHours(offers.inheriting), [{ site: open, hours: ofSite }]);
  t.same(await openingHours(offers.stating), [{ site: null, hours: own }]);
  t.same(await openingHours(offers.nowhere), []);
  const kept = await ask(`/offers/${offers.inheriting}`);
  t.match(kept.body, { hours: null, openingHours: [{ hours: ofSite }] }, 'to be said anew');
  const { items } = (await ask(`/offers?site=${open}`)).body;
  t.equal(items.filter((one: typeof kept.body) => one.openingHours.length === 1).length, 2);
});

/** Tuesdays are outside of all hours. */
const found = async (local: string) => {
  const openAt = new Date(`2026-11-${local}:00+01:00`).toISOString();
  const query = { openAt, organisation, waitFor: position };
  const answer = await app.inject({ url: `/v1/public/offer-search?${new URLSearchParams(query)}` });
  return answer
    .json()
    .items.map(({ offer }: { offer: { title: string } }) => offer.title)
    .sort();
};

t.test('search finds what is open then', async (t) => {
  t.same(await found('25T15:00'), ['Comme le local'], 'a Wednesday');
  t.same(await found('28T11:00'), ['À ses heures'], 'a Saturday');
  t.same(await found('24T15:00'), []);
});

t.test('exports tell them too', async (t) => {
  const { services } = await read('/exports/data-inclusion');
  const hours = new Map<string, string | null>(
    services.map((one: Record<string, string>) => [one.nom, one.horaires_accueil]),
  );
  t.equal(hours.get('Comme le local'), ofSite);
  t.equal(hours.get('À ses heures'), own);
  t.equal(hours.get('On ne sait quand'), null);
  const alone = await read(`/hsds/services/${offers.inheriting}`);
  t.same(alone.schedules, [], 'the service itself says nothing');
  t.match(
    alone.service_at_locations.map((one: { schedules: object[] }) => one.schedules),
    [[{ byday: 'WE', opens_at: '14:00', closes_at: '16:00' }], []],
  );
  const stating = await read(`/hsds/services/${offers.stating}`);
  t.match(stating.schedules, [{ byday: 'SA' }]);
  t.same(stating.service_at_locations[0].schedules, []);
});

t.test('they follow the site', async (t) => {
  const changed = await ask(
    `/sites/${open}/change`,
    { name: 'Local', hours: 'Mo 09:00-12:00' },
    '"0"',
  );
  position = changed.body.position;
  t.same(await openingHours(offers.inheriting), [{ site: open, hours: 'Mo 09:00-12:00' }]);
  t.same([await found('25T15:00'), await found('23T10:00')], [[], ['Comme le local']]);
  const summer = { name: 'Jardin', hours: 'Apr-Nov: Mo 10:00-11:00' };
  position = (await ask(`/sites/${silent}/change`, summer, '"0"')).body.position;
  t.same(
    await found('23T10:30'),
    ['Comme le local', 'On ne sait quand'],
    'hours that follow the season',
  );
  const retired = await ask(`/sites/${open}/retire`, {}, changed.etag);
  position = retired.body.position;
  t.match(await openingHours(offers.inheriting), [{ site: silent }]);
  t.same(await found('23T09:30'), []);
  t.same(await openingHours(offers.stating), [{ site: null, hours: own }]);
});

t.test('a place or a member that does not exist is refused by its field', async (t) => {
  const { kind, ...changed } = { kind: 'workshop', title: 'Atelier', themes: [theme] };
  const workshop = { kind, ...changed };
  const fields = async (path: string, body: object, etag?: string) => {
    const answer = await ask(path, body, etag);
    t.match(answer, { status: 400, body: { code: 'invalid-request' } });
    return answer.body.errors?.map(({ pointer, code }: Record<string, string>) => [pointer, code]);
  };
  const visibility = { to: 'members', members: [association, randomUUID()] };
  const nowhere = {
    ...{ communes: ['59183', '99999'], zones: ['59', '245900428', '200000000', '98', 'france'] },
    visibility,
  };
  const expected = [
    ['/communes/1', 'commune-unknown'],
    ['/zones/2', 'zone-unknown'],
    ['/zones/3', 'zone-unknown'],
    ['/visibility/members/1', 'association-unknown'],
  ];
  t.same(await fields('/offers', { ...workshop, ...nowhere }), expected);
  const former = { communes: ['59540', '59248'], zones: ['75056', '2A', '974'] };
  const id = await made('/offers', { ...workshop, ...former });
  t.same(await fields(`/offers/${id}/change`, { ...changed, ...nowhere }, '"0"'), expected);
  const postal = { street: null, complement: null, postalCode: '59140', locality: null };
  const there = (commune: string) => ({ name: 'Salle', address: { ...postal, commune } });
  const sites = `/organisations/${organisation}/sites`;
  const wrong = [['/address/commune', 'commune-unknown']];
  t.same(await fields(sites, there('99999')), wrong);
  const known = await made(sites, there('59183'));
  t.same(await fields(`/sites/${known}/change`, there('99999'), '"0"'), wrong);
  const skill = { expert: randomUUID(), title: 'Arabe', themes: [theme], languages: ['ar'] };
  const elsewhere: [string, object][] = [
    ['/skills', { ...skill, radiusKm: 60, availability: { hoursPerMonth: 8 } }],
    ['/needs', { themes: [theme], text: 'Un cours' }],
    ['/series', { offer: id, schedule: { start: '2029-01-09T18:00' }, durationMinutes: 60 }],
  ];
  for (const [path, body] of elsewhere) {
    const answered = await fields(path, { ...body, commune: '99999' });
    t.same(answered, [['/commune', 'commune-unknown']], path);
  }
});
