import { publishDemoDirectory } from '../demo-directory.ts';
import { type Answer, type Member, member, type Platform } from '../platform.ts';
import { after, expect, type Telling, type Told } from './telling.ts';

const legalHelp =
  'difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits';
const french = 'lecture-ecriture-calcul--maitriser-le-francais';
const arabic = { 'accept-language': 'ar' };

/** Rows 5 and 10 of the domain: a directory by theme, kept fresh; community initiatives with times, in several languages. */
export async function playDirectory(platform: Platform, story: Telling): Promise<void> {
  story.print('\nL’annuaire : seize initiatives, le littoral nord, les ateliers et les cafés');
  await publishDemoDirectory(platform);
  const reader = member(platform, 'resources', 'utopia-56');
  await findByTheme(reader, story);
  await findByDay(reader, story);
  await keepFresh(platform, reader, story);
  await shareByLink(platform, reader, story);
  await offerToFriends(platform, story);
}

async function findByTheme(reader: Member, { step, until }: Telling): Promise<void> {
  const list = (path: string) => () => reader.get(`/v1${path}`);
  await until(
    'Utopia 56 trouve l’aide juridique',
    list(`/offers?theme=${legalHelp}`),
    ({ items }) => items.some(({ title }: Told) => title.startsWith('Permanence juridique')),
  );
  const isListed = ({ items }: Answer['body']) => items.length >= 4;
  await until('et des ateliers de français', list(`/offers?theme=${french}`), isListed);
  const { items } = await until(
    'France terre d’asile est dans l’annuaire',
    list('/organisations?limit=100'),
    (body) => body.items.some(({ name }: Told) => name === 'France terre d’asile'),
  );
  const parent = items.find(({ name }: Told) => name === 'France terre d’asile');
  const below = await step(
    'avec ce qui en dépend',
    reader.get(`/v1/organisations?parent=${parent.id}`),
  );
  expect('deux services', below.items.length === 2, below);
}

/** What takes place in the days to come. */
async function findByDay(reader: Member, { until }: Telling): Promise<void> {
  const named = ({ items }: Answer['body'], words: string) =>
    items.filter(({ title }: Told) => title.startsWith(words)).length;
  await until(
    'Les ateliers et les cafés des semaines qui viennent',
    () => reader.get('/v1/sessions?kind=workshop&limit=100'),
    (body) => named(body, 'Café des voisins') >= 8 && named(body, 'Atelier de français') >= 4,
  );
}

async function keepFresh(platform: Platform, reader: Member, { step }: Telling): Promise<void> {
  const legal = member(platform, 'resources', 'cimade');
  const terms = {
    ...{ title: 'Permanence de quartier (histoire)', themes: [legalHelp], hours: 'We 14:00-17:00' },
    contact: { name: 'Exemple Inventé', phone: '00 00 00 00 00', email: null },
  };
  const made = await step(
    'La Cimade publie une permanence',
    legal.post('/v1/offers', { kind: 'service', ...terms }),
  );
  const path = `/v1/offers/${made.id}`;
  const { contact: _, ...said } = { ...terms, hours: 'Th 09:00-12:00' };
  const change = legal.post(`${path}/change`, said, { etag: made.etag });
  const changed = await step('puis en change les heures', change);
  const confirm = legal.post(`${path}/confirm`, {}, { etag: changed.etag });
  const confirmed = await step('et confirme qu’elle a lieu', confirm);
  const versions = await step(
    'Ce qui était dit avant reste lisible',
    reader.get(`${path}/versions`),
  );
  expect('deux versions', versions.items.length === 2, versions);
  const now = await step('Utopia 56 la lit', reader.get(after(path, confirmed)));
  expect('fraîche, sans le contact', now.freshness === 'fresh' && now.contact === undefined, now);
  const contact = await step('demande à qui parler', reader.get(`${path}/contact`));
  expect('le contact', contact.name === terms.contact.name, contact.name);
  const readings = await legal.get(`${path}/contact/readings`);
  expect('la Cimade sait qui a demandé', readings.status === 200, readings.body);
}

async function shareByLink(platform: Platform, reader: Member, { step, until }: Telling) {
  const carrier = member(platform, 'resources', 'carrefour-des-solidarites');
  const title = 'ورشة اللغة الفرنسية في المقهى';
  const made = await step(
    'Le Carrefour publie un atelier, en français et en arabe',
    carrier.post('/v1/offers', {
      ...{ kind: 'workshop', title: 'Atelier de français au café (histoire)', themes: [french] },
      ...{ communes: ['59183'], languages: ['fr', 'ar'], hours: 'Tu 18:00-19:30' },
      ...{ visibility: { to: 'public' }, translations: { ar: { title } } },
    }),
  );
  await reader.get(after(`/v1/offers/${made.id}`, made));
  const { resources } = platform.services;
  const link = `${resources}/v1/public/offers/${made.id}`;
  const read = async (): Promise<Answer> => {
    const answer = await fetch(link, { headers: arabic });
    return { status: answer.status, body: await answer.json(), etag: undefined };
  };
  await until('Un voisin l’ouvre par un lien, sans compte, en arabe', read, (body) => {
    return body.title === title && body.direction === 'rtl' && body.hours === 'Tu 18:00-19:30';
  });
}

/** What is for a few is for nobody else. */
async function offerToFriends(platform: Platform, { step, print }: Telling): Promise<void> {
  const [giver, friend, other] = ['auberge-des-migrants', 'utopia-56', 'aurore'].map((one) =>
    member(platform, 'resources', one),
  ) as [Member, Member, Member];
  const visibility = { to: 'members', members: [friend.client.association] };
  const made = await step(
    'L’Auberge des migrants prête un fourgon à qui elle connaît',
    giver.post('/v1/offers', {
      ...{ kind: 'equipment', title: 'Fourgon (histoire)', visibility },
      themes: ['mobilite--acceder-a-un-vehicule'],
    }),
  );
  const path = after(`/v1/offers/${made.id}`, made);
  await step('Utopia 56 le trouve', friend.get(path));
  const hidden = await other.get(path);
  expect('Aurore ne le trouve pas', hidden.status === 404, hidden.body);
  print('  Pour Aurore il n’existe pas');
}
