import { randomUUID } from 'node:crypto';
import { eventually } from '@relais/event-log/fixtures/eventually';
import t from 'tap';
import { accessProbe } from '../access-probe.ts';

const { app, ask, association, tokenOf, tokens } = await accessProbe();

const housing = 'logement-hebergement--rechercher-une-solution-dhebergement-temporaire';
const rights = 'difficultes-administratives-ou-juridiques--accompagnement-pour-lacces-aux-droits';
const base = { kind: 'service', themes: [rights], visibility: { to: 'network' } };

/** What is published, by the name that this test gives it. */
const offers = {
  night: {
    ...{ ...base, themes: [housing], title: 'Hébergements d’urgence pour les familles' },
    ...{ communes: ['59183'], hours: 'Mo-Su 18:00-24:00', publics: ['familles'] },
    visibility: { to: 'public' },
  },
  lawyer: {
    ...{ ...base, title: 'Permanence d’un avocat', description: 'Recours devant la CNDA' },
    ...{ communes: ['59271'], hours: 'Mo-Fr 09:00-12:00; PH off', languages: ['fr', 'ps'] },
  },
  workshop: {
    ...{ ...base, kind: 'workshop', title: 'Atelier de français', communes: ['94028'] },
    ...{
      hours: 'Apr-Oct: We 14:00-16:00',
      themes: ['lecture-ecriture-calcul--maitriser-le-francais'],
    },
    translations: { ar: { title: 'وَرْشَةُ اللُّغة الفرنسية' } },
  },
  beds: { ...base, kind: 'place', title: 'Chambres', zones: ['59'], places: 1, themes: [housing] },
  secret: {
    ...{ ...base, title: 'Refuge confidentiel Xylophone' },
    visibility: { to: 'members', members: [association] },
  },
};
type Name = keyof typeof offers;
const ids = new Map<string, Name>();
let position = '0';
for (const [name, body] of Object.entries(offers)) {
  const made = await ask('/offers', body);
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  ids.set(made.body.id, name as Name);
  position = made.body.position;
}

const search = async (query: object, token: string | null = tokens.stranger) => {
  const parameters = new URLSearchParams({ ...query, waitFor: position });
  const answer = await app.inject({
    url: `/v1${token === null ? '/public' : ''}/offer-search?${parameters}`,
    headers: token === null ? {} : { authorization: `Bearer ${token}` },
  });
  const body = answer.json();
  const names = (body.items ?? []).map(({ offer }: { offer: { id: string } }) => ids.get(offer.id));
  return { status: answer.statusCode, headers: answer.headers, body, names: names as Name[] };
};

t.test(
  'words are found without accents, in other forms, mistyped, and by their meaning',
  async (t) => {
    for (const [q, first, through] of [
      ['hébergement urgence', 'night', 'itself'],
      ['HEBERGEMENTS', 'night', 'itself'],
      ['hebergemant', 'night', 'correction'],
      ['avocta', 'lawyer', 'correction'],
      ['juriste', 'lawyer', 'synonym'],
      ['cnda', 'lawyer', 'itself'],
      ['atelier français', 'workshop', 'itself'],
      ['ورشة', 'workshop', 'itself'],
      ['الورشة', 'workshop', 'itself'],
    ] as const) {
      const { names, body } = await search({ q });
      t.equal(names[0], first, q);
      t.match(body.items[0]?.why[0], { because: 'word', through }, q);
    }
    const typo = await search({ q: 'avocta' });
    t.match(typo.body.words, [{ typed: 'avocta', corrected: 'avocat', ignored: false }]);
    const some = await search({ q: 'avocat trottinette' });
    t.match([some.body.matched, some.names[0]], ['some', 'lawyer']);
    t.match((await search({ q: 'de la' })).body.words, [{ ignored: true }, { ignored: true }]);
  },
);

t.test('what is not for the reader is neither found, nor counted, nor suggested', async (t) => {
  const inside = await search({ q: 'xylophone' }, tokens.owner);
  t.same(inside.names, ['secret']);
  for (const q of ['xylophone', 'xylophnoe']) {
    const { names, body } = await search({ q });
    t.same([names, body.facets.counted, body.words[0].corrected], [[], 0, null]);
  }
  const everybody = await search({}, null);
  t.same(everybody.names, ['night']);
  t.notOk('allowedActions' in everybody.body.items[0].offer);
  t.match((await search({ q: 'avocta' }, null)).body, { items: [], words: [{ corrected: null }] });
  const auditor = await search({ q: 'xylophone' }, await tokenOf('auditor', randomUUID()));
  t.same(auditor.names, []);
});

t.test('place, area and distance', async (t) => {
  const near = await search({ commune: '59183', radiusKm: '15' });
  t.same(near.names, ['night', 'lawyer']);
  t.match(near.body.items[1].why, [{ because: 'distance', km: near.body.items[1].distanceKm }]);
  t.ok(near.body.items[1].distanceKm > 3 && near.body.items[1].distanceKm < 12);
  t.same((await search({ latitude: '48.79', longitude: '2.45', radiusKm: '5' })).names, [
    'workshop',
  ]);
  t.same((await search({ area: '59', kind: 'place' })).names, ['beds']);
  t.same(
    (await search({ area: '59350', kind: 'place' })).names,
    ['beds'],
    'Lille lies in the Nord',
  );
  t.same((await search({ area: '94', kind: 'place' })).names, []);
  for (const [query, pointer] of [
    [{ radiusKm: '5' }, 'radiusKm'],
    [{ latitude: '5' }, 'longitude'],
    [{ sort: 'distance' }, 'sort'],
    [{ theme: 'nothing' }, 'theme'],
    [{ radiusKm: '1e9', commune: '59183' }, 'radiusKm'],
  ] as const) {
    const { status, body } = await search(query);
    t.match({ status, errors: body.errors }, { status: 400, errors: [{ pointer }] });
  }
});

t.test('open at a moment in Paris, on holidays and by season', async (t) => {
  const openAt = async (moment: string) => (await search({ openAt: moment })).names.sort();
  t.same(await openAt('2026-11-25T09:00:00Z'), ['lawyer'], 'ten o’clock in winter');
  t.same(await openAt('2026-07-22T12:30:00Z'), ['workshop'], 'half past two in summer');
  t.same(await openAt('2026-11-25T13:30:00Z'), [], 'the workshop is over until April');
  t.same(await openAt('2026-11-11T09:00:00Z'), [], 'a holiday');
  t.same(await openAt('2026-11-11T21:59:00Z'), ['night'], 'open on holidays too');
  const refused = await ask('/offers', { ...base, title: 'x', hours: 'Mo-Fr 25:00-99:00' });
  t.match(refused, { status: 400, body: { errors: [{ pointer: '/hours', code: 'wrong-hours' }] } });
});

t.test('filters, counts, pages, and what to leave out when nothing is found', async (t) => {
  const all = await search({ theme: 'logement-hebergement' });
  t.same(all.names.toSorted(), ['beds', 'night']);
  t.match(all.body.facets, { counted: 2, complete: true, kinds: [{ count: 1 }, { count: 1 }] });
  t.match(all.body.facets.themes, [{ value: housing, count: 2 }]);
  t.same((await search({ language: 'ps' })).names, ['lawyer']);
  t.same(
    (await search({ public: 'familles', theme: 'logement-hebergement', kind: 'service' })).names,
    ['night'],
  );
  t.same((await search({ confirmedSince: '2099-01-01' })).names, []);
  const nothing = await search({ kind: 'equipment', theme: 'logement-hebergement' });
  t.same(nothing.body.withoutOne, ['kind']);
  const counted = await eventually(async () => {
    const found = await search({ placesLeft: 'true' });
    return found.names.length > 0 && found;
  });
  t.same(counted.names, ['beds']);
  const seen: Name[] = [];
  let next: string | null = null;
  do {
    const page = await search({ limit: '1', ...(next !== null && { cursor: next }) });
    t.equal(page.headers.link === undefined, page.body.next === null);
    seen.push(...page.names);
    next = page.body.next;
  } while (next !== null);
  t.same(seen, ['beds', 'workshop', 'lawyer', 'night'], 'each once, the newest first');
});

t.test('a suspended or withdrawn offer is neither found nor suggested', async (t) => {
  const made = await ask('/offers', { ...base, title: 'Trampoline éphémère' });
  position = made.body.position;
  ids.set(made.body.id, 'secret');
  const known = async () => {
    const { names } = await search({ q: 'trampolines ephemeres' });
    const { body } = await search({ q: 'trampolinne' });
    return [names.length, body.words[0].corrected];
  };
  t.same(await known(), [1, 'trampoline']);
  for (const [action, revision, expected] of [
    ['suspend', 0, [0, null]],
    ['resume', 1, [1, 'trampoline']],
    ['confirm', 2, [1, 'trampoline']],
    ['withdraw', 3, [0, null]],
  ] as const) {
    const { body } = await ask(`/offers/${made.body.id}/${action}`, {}, `"${revision}"`);
    position = body.position;
    t.same(await known(), expected, action);
  }
});
