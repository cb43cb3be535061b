import fc from 'fast-check';
import t from 'tap';
import { type Candidate, ranked, type Wanted } from './rank.ts';

const wanted: Wanted = {
  ...{ themes: ['a', 'b'], at: { latitude: 51, longitude: 2.4 }, zones: ['59183', 'france'] },
  ...{
    publics: ['familles'],
    languages: ['ar'],
    when: { from: '2026-12-01', until: '2026-12-31' },
    today: '2026-11-25',
  },
};
const skill: Candidate = {
  ...{ kind: 'skill', id: '1', association: 'x', title: 'Droit', themes: ['a', 'b'] },
  ...{ publics: [], languages: ['ar'], at: { latitude: 51, longitude: 2.4 }, radiusKm: 30 },
  ...{ zones: [], available: { from: null, until: null }, endorsements: 1 },
  load: { open: 0, recentHours: 0 },
};

t.test('a match says why, and what does not fit is left out', async (t) => {
  t.match(ranked(wanted, [skill]), [
    {
      score: 82,
      reasons: [
        { code: 'themes', points: 40 },
        { code: 'near', points: 20 },
        { code: 'language', points: 10 },
        { code: 'endorsed', points: 2 },
        { code: 'available', points: 10 },
      ],
    },
  ]);
  const misfits: Partial<Candidate>[] = [
    { themes: ['c'] },
    { at: { latitude: 48.8, longitude: 2.3 } },
    { zones: ['62193'] },
    { available: { from: '2027-01-01', until: null } },
    { available: { from: null, until: '2026-11-30' } },
    { publics: ['seniors'] },
  ];
  for (const misfit of misfits) t.same(ranked(wanted, [{ ...skill, ...misfit }]), []);
  const today = '2026-12-20';
  const until = (day: string) => ({ ...skill, available: { from: null, until: day } });
  for (const when of [wanted.when, null]) {
    const late = { ...wanted, when, today };
    t.same(ranked(late, [until('2026-12-19')]), [], 'it was to be had');
    t.equal(ranked(late, [until(today)]).length, 1);
  }
});

const candidate = fc
  .record({
    themes: fc.subarray(['a', 'b', 'c']),
    languages: fc.subarray(['ar', 'fr']),
    endorsements: fc.nat(7),
    load: fc.record({ open: fc.nat(9), recentHours: fc.nat(20) }),
  })
  .map((some): Candidate => ({ ...skill, ...some }));

t.test('the order never depends on chance, and who gives more is never asked sooner', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 12 }), fc.nat(9), (some, more) => {
        const all = some.map((one, index) => ({ ...one, id: `${index}` }));
        const order = ranked(wanted, all).map((match) => match.candidate.id);
        const again = ranked(wanted, all.toReversed()).map((match) => match.candidate.id);
        const [first] = all;
        if (first === undefined) return order.length === 0;
        const load = { ...first.load, open: first.load.open + more };
        const busier = ranked(wanted, [{ ...first, load }, ...all.slice(1)]);
        const place = busier.findIndex((match) => match.candidate.id === '0');
        return `${order}` === `${again}` && place >= order.indexOf('0');
      }),
    ),
  );
});

/** What `count` questions at a time do: all of them see the loads as they were before. */
function spread(experts: readonly Candidate[], rounds: number, count: number): number[] {
  const open = experts.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const seen = experts.map((one, at) => ({
      ...one,
      load: { open: open[at] ?? 0, recentHours: 0 },
    }));
    const [first] = ranked(wanted, seen);
    const chosen = experts.findIndex(({ id }) => id === first?.candidate.id);
    open[chosen] = (open[chosen] ?? 0) + count;
  }
  return open;
}

t.test('the load is spread, however many questions come at the same moment', async (t) => {
  const expert = fc.record({ endorsements: fc.nat(5), languages: fc.subarray(['ar']) });
  const experts = fc
    .array(expert, { minLength: 2, maxLength: 5 })
    .map((some) => some.map((one, at): Candidate => ({ ...skill, ...one, id: `${at}` })));
  // What speaks for one before another is worth 20 points here, as four open questions are.
  const aheadMax = 4;
  const isFair = (some: readonly Candidate[], rounds: number, count: number): boolean => {
    const open = spread(some, rounds, count);
    return Math.max(...open) - Math.min(...open) <= aheadMax + count;
  };
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        experts,
        fc.integer({ min: 20, max: 120 }),
        fc.integer({ min: 1, max: 4 }),
        isFair,
      ),
    ),
  );
});
