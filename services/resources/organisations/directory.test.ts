import { randomUUID } from 'node:crypto';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';

const { app, ask, association, register, tokenOf, tokens } = await accessProbe();

/** A reading in a language, after everything up to this position. */
const read = async (path: string, position: string, language = 'fr', token = tokens.owner) => {
  const answer = await app.inject({
    url: `/v1${path}${path.includes('?') ? '&' : '?'}waitFor=${position}`,
    headers: { authorization: `Bearer ${token}`, 'accept-language': language },
  });
  return { status: answer.statusCode, headers: answer.headers, body: answer.json() };
};
const theme = 'lecture-ecriture-calcul--maitriser-le-francais';
const workshop = {
  ...{ kind: 'workshop', title: 'Atelier de français', themes: [theme] },
  ...{ description: 'Deux heures, café compris', hours: 'We 14:00-16:00', languages: ['fr', 'ar'] },
  translations: { ar: { title: 'ورشة اللغة الفرنسية' }, en: { title: 'French workshop' } },
};
const { kind: _, ...changed } = workshop;
const created = async (path: string, body: object) => {
  const answer = await ask(path, body);
  t.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body as { id: string; position: string };
};

t.test(
  'an organisation, its parent and its sites are read in the language one asks for',
  async (t) => {
    const above = await created('/organisations', { name: 'Fédération' });
    const name = 'Café des voisins';
    const arabic = 'مقهى الجيران';
    const below = await created('/organisations', {
      ...{ name, parent: above.id, description: 'Un café', translations: { ar: { name: arabic } } },
      member: association,
    });
    const site = await created(`/organisations/${below.id}/sites`, {
      name: 'Local de Dunkerque',
      address: {
        ...{ street: null, complement: null, postalCode: '59140', locality: 'Dunkerque' },
        commune: '59183',
      },
    });
    const inArabic = await read(`/organisations/${below.id}`, site.position, 'ar-SD, fr;q=0.5');
    t.match(inArabic.body, {
      ...{ name: arabic, language: 'ar', direction: 'rtl', description: 'Un café' },
      ...{ untranslated: ['description'], availableLanguages: ['fr', 'ar'], parent: above.id },
      allowedActions: ['change', 'retire'],
      translations: { ar: { name: arabic } },
    });
    t.equal(inArabic.headers['content-language'], 'ar');
    t.match(await read(`/organisations/${below.id}`, site.position, 'ps'), {
      headers: { 'content-language': 'fr' },
      body: { name, direction: 'ltr', untranslated: [] },
    });
    const children = await read(`/organisations?parent=${above.id}`, site.position);
    t.match(children.body.items, [{ id: below.id, name }]);
    const inTown = await read(`/sites?commune=59183&organisation=${below.id}`, site.position);
    t.match(inTown.body.items, [{ id: site.id, organisation: below.id, commune: '59183' }]);
    t.match(await ask(`/organisations/${above.id}/change`, { name, parent: below.id }, '"0"'), {
      status: 422,
      body: { code: 'parent-below' },
    });
    const retired = await ask(`/organisations/${below.id}/retire`, {}, '"0"');
    t.match(retired, { status: 200, body: { state: 'retired', allowedActions: ['change'] } });
    const { position } = retired.body;
    t.same((await read(`/sites?organisation=${below.id}`, position)).body.items, []);
    t.match((await read(`/organisations?state=retired`, position)).body.items, [{ id: below.id }]);
  },
);

t.test('an offer says which of the association’s organisations and sites it is of', async (t) => {
  const organisation = (await created('/organisations', { name: 'La Maison' })).id;
  const site = (await created(`/organisations/${organisation}/sites`, { name: 'Salle' })).id;
  const made = await created('/offers', { ...workshop, organisation, sites: [site] });
  const found = await read(`/offers?site=${site}&organisation=${organisation}`, made.position);
  t.match(found.body.items, [{ id: made.id, sites: [site] }]);
  const refusals = [
    { code: 'organisation-unknown', body: { ...workshop, organisation: randomUUID() } },
    { code: 'site-unknown', body: { ...workshop, sites: [randomUUID()] } },
  ];
  for (const { code, body } of refusals) {
    t.match(await ask('/offers', body), { status: 422, body: { code } });
  }
  const elsewhere = await tokenOf('partner', randomUUID());
  const borrowed = await ask('/offers', { ...workshop, organisation }, undefined, elsewhere);
  t.match(borrowed, { status: 422, body: { code: 'organisation-unknown' } });
  t.equal((await ask('/offers', { ...workshop, sites: [site] }, undefined, elsewhere)).status, 201);
});

t.test('an offer is told in the reader’s language, right to left kept', async (t) => {
  const made = await created('/offers', { ...workshop, visibility: { to: 'public' } });
  const path = `/offers/${made.id}`;
  const arabic = workshop.translations.ar.title;
  const wording = { title: arabic, direction: 'rtl', untranslated: ['description'] };
  t.match((await read(path, made.position, 'ar')).body, wording);
  t.match((await read(`/offers?language=ar`, made.position, 'ar')).body.items, [wording]);
  const shared = await app.inject({
    url: `/v1/public${path}`,
    headers: { 'accept-language': 'ar' },
  });
  t.match(shared.json(), { ...wording, hours: 'We 14:00-16:00', languages: ['fr', 'ar'] });
  t.same(
    ['allowedActions', 'hasContact', 'visibleTo', 'source'].filter((one) => one in shared.json()),
    [],
    'a link tells nothing of who keeps the offer how',
  );
  const hidden = await created('/offers', workshop);
  await read(`/offers/${hidden.id}`, hidden.position);
  const url = `/v1/public/offers/${hidden.id}`;
  t.equal((await app.inject({ url })).statusCode, 404);
});

t.test('a change makes a version, and what was said before can be read', async (t) => {
  const made = await created('/offers', workshop);
  const path = `/offers/${made.id}`;
  const hidden = {
    ...changed,
    title: 'Entre nous',
    visibility: { to: 'members', members: [association] },
  };
  t.match(await ask(`${path}/change`, hidden, '"0"'), { status: 200, etag: '"1"' });
  t.match(await ask(`${path}/confirm`, {}, '"1"'), { status: 200 });
  t.match(await ask(`${path}/versions`, undefined, undefined, tokens.stranger), { status: 404 });
  t.match(await ask(`${path}/change`, { ...changed, title: 'Atelier' }, '"2"'), { status: 200 });
  t.match(await ask(`${path}/change`, { ...changed, title: 'Atelier' }, '"3"'), {
    etag: '"3"',
    status: 200,
  });
  t.match(await ask(`${path}/reclassify`, { kind: 'service' }, '"3"'), { status: 200 });
  const versions = async (token?: string) => {
    const { body } = await ask(`${path}/versions`, undefined, undefined, token);
    return body.items.map(({ version, title, kind }: { [field: string]: string }) => [
      ...[version, title, kind],
    ]);
  };
  const seen = [
    ['0', workshop.title, 'workshop'],
    ['3', 'Atelier', 'workshop'],
    ['4', 'Atelier', 'service'],
  ];
  t.same(await versions(tokens.stranger), seen, 'but not what was said to others');
  t.same(await versions(), [seen[0], ['1', 'Entre nous', 'workshop'], ...seen.slice(1)]);
  t.match((await ask(`${path}/versions/1`)).body, {
    ...{ title: 'Entre nous', translations: workshop.translations, visibility: hidden.visibility },
  });
  t.equal((await ask(`${path}/versions/1`, undefined, undefined, tokens.stranger)).status, 404);
  t.equal((await ask(`${path}/versions/2`)).status, 404);
  const { link, body } = await firstPage(`${path}/versions?limit=3`);
  t.equal(body.items.length, 3);
  t.match((await ask(`${link}`.replace('/v1', ''))).body.items, [{ version: '4' }]);
});

async function firstPage(path: string) {
  const { headers, body } = await read(path, '0');
  return { link: /<([^>]+)>/.exec(`${headers.link}`)?.[1], body };
}

t.test('an offer for named members is in nobody else’s list', async (t) => {
  const named = randomUUID();
  await register(named);
  const visibility = { to: 'members', members: [named] };
  const made = await created('/offers', { ...workshop, title: 'Réservé', visibility });
  const listed = async (token: string) => {
    const { body } = await read(`/offers?limit=100`, made.position, 'fr', token);
    return body.items.find(({ id }: { id: string }) => id === made.id);
  };
  t.match(await listed(await tokenOf('partner', named)), {
    visibility: 'members',
    visibleTo: null,
  });
  t.match(await listed(tokens.owner), { visibleTo: [named] });
  t.match(await listed(tokens.coordinator), { visibleTo: [named] });
  t.ok(await listed(await tokenOf('coordinator', randomUUID(), [named])));
  t.equal(await listed(tokens.stranger), undefined);
  t.equal(await listed(await tokenOf('auditor', randomUUID())), undefined);
  const narrowed = { ...changed, visibility: { to: 'network' } };
  const wide = await ask(`/offers/${made.id}/change`, narrowed, '"0"');
  await read('/offers', wide.body.position);
  t.ok(await listed(tokens.stranger));
});
