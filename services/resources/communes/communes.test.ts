import { communeCodes } from '@relais/service/communes';
import fc from 'fast-check';
import t from 'tap';
import { loadCommunes } from './communes.ts';
import { distanceKm } from './distance.ts';
import { suggestions } from './suggestions.ts';

const communes = await loadCommunes();
const nameOf = (code: string) => communes.find(code)?.name;

t.test('a commune is known by its INSEE code, with department, region and EPCI', async (t) => {
  t.match(communes.find('59271'), {
    name: 'Grande-Synthe',
    department: '59',
    region: '32',
    epci: '245900428',
    postalCodes: ['59760'],
    exact: true,
  });
  t.match(communes.department('59'), { name: 'Nord', region: '32' });
  t.match(communes.region('32'), { name: 'Hauts-de-France' });
  t.match(communes.epci('245900428'), { name: /Dunkerque/ });
  t.match(communes.find('2A004'), { name: 'Ajaccio', department: '2A' });
  t.match(communes.find('75118'), { name: 'Paris 18e Arrondissement', city: '75056' });
  t.equal(communes.find('00000'), undefined);
});

t.test('all services know the same codes', async (t) => {
  const codes = await communeCodes();
  t.equal(codes.has('00000'), false);
  t.same(
    [...codes].filter((code) => communes.find(code) === undefined),
    [],
  );
  t.same(
    communes.all.filter(({ code }) => !codes.has(code)),
    [],
  );
});

t.test('a retired code gives the commune that took it in', async (t) => {
  t.equal(nameOf('59154'), 'Téteghem-Coudekerque-Village');
  t.equal(nameOf('59540'), 'Dunkerque');
  t.equal(nameOf('59588'), 'Téteghem-Coudekerque-Village', 'a code that went on is its own');
});

t.test('a commune is found by postal code and name however they are written', async (t) => {
  for (const [name, postalCode, code] of [
    ['GRANDE SYNTHE', '59760', '59271'],
    ['grande-synthe', '59760', '59271'],
    ['ST POL SUR MER CEDEX', '59430', '59183'],
    ['Saint-Pol-sur-Mer', '59430', '59183'],
    ['Téteghem', '59229', '59588'],
    ['Havre', '76600', '76351'],
    ['LE HAVRE CEDEX 2', '76600', '76351'],
    ['L’Haÿ-les-Roses', '94240', '94038'],
    ['Crœttwiller', '67470', '67079'],
    ['Paris', '75018', '75056'],
    ['Villeneuve d’Ascq', undefined, '59009'],
  ] as const) {
    t.equal(communes.named(name, postalCode)?.code, code, `${name} ${postalCode ?? ''}`);
  }
  t.equal(communes.named('Dunkerque', '75018'), undefined, 'a name that is not at that code');
  t.equal(communes.named('Saint-Denis'), undefined, 'a name of several without postal code');
});

t.test('each commune is within every zone that covers it', async (t) => {
  fc.assert(
    fc.property(fc.constantFrom(...communes.all), (commune) =>
      communes
        .zonesOf(commune)
        .filter((zone) => zone !== 'france')
        .every((zone) => communes.within(zone)?.includes(commune)),
    ),
  );
  t.equal(communes.within('245900428')?.length, 17);
  t.equal(communes.within('75056')?.length, 20, 'a city of arrondissements is these');
  t.equal(communes.within('999999999'), undefined);
});

t.test('every commune has a place in the right part of the world', async (t) => {
  const metro = communes.all.filter(({ region }) => Number(region) > 6 && region.length === 2);
  t.ok(metro.length > 34_000);
  for (const { code, coordinates } of metro) {
    const { latitude = 0, longitude = 0 } = coordinates ?? {};
    if (latitude > 41.3 && latitude < 51.1 && longitude > -5.2 && longitude < 9.6) continue;
    t.fail(`${code} ${latitude} ${longitude}`);
  }
  const people = (all: typeof metro) => all.reduce((sum, { population }) => sum + population, 0);
  t.ok(people(metro.filter(({ exact }) => exact)) / people(metro) > 0.8);
});

t.test('distances are those of a sphere', async (t) => {
  const point = fc.record({
    latitude: fc.double({ min: -90, max: 90, noNaN: true }),
    longitude: fc.double({ min: -180, max: 180, noNaN: true }),
  });
  fc.assert(
    fc.property(point, point, (one, other) => {
      const there = distanceKm(one, other);
      t.ok(there >= 0 && there <= 20_038);
      t.ok(Math.abs(there - distanceKm(other, one)) < 1e-6);
      t.equal(distanceKm(one, one), 0);
    }),
  );
  const paris = { latitude: 48.8534, longitude: 2.3488 };
  const dunkerque = { latitude: 51.0344, longitude: 2.3768 };
  t.ok(Math.abs(distanceKm(paris, dunkerque) - 242.8) < 0.5);
});

t.test('what is typed suggests the most telling commune first', async (t) => {
  const typed = (text: string, department?: string) =>
    suggestions(communes, text, { department, limit: 5 }).map(({ name }) => name);
  t.equal(typed('grande sy')[0], 'Grande-Synthe');
  t.equal(typed('duNKÉ')[0], 'Dunkerque');
  t.same(typed('59229').slice(0, 3), ['Téteghem-Coudekerque-Village', 'Uxem', 'Féron']);
  t.same(typed('59154').slice(0, 2), ['Crespin', 'Téteghem-Coudekerque-Village']);
  t.equal(typed('2a004')[0], 'Ajaccio');
  t.equal(typed('saint denis', '974')[0], 'Saint-Denis');
  t.equal(typed('coudekerque v')[0], 'Téteghem-Coudekerque-Village');
  t.same(typed('  ’ '), []);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => typed(text).length <= 5),
    { numRuns: 30 },
  );
});
