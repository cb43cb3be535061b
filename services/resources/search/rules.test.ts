import fc from 'fast-check';
import t from 'tap';
import { queryOf } from './by-words.ts';
import { cellsAround, cellsOf } from './cells.ts';
import { minuteOf, openMinutes, quarterOf, quartersOf } from './opening.ts';
import { plainText, wordsOf } from './plain.ts';
import { chordOf, kilometresOf, pointOf } from './position.ts';
import { synonyms } from './synonyms.ts';

t.test('plain words, minutes and distances hold what they promise', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const plain = plainText(text);
      const words = wordsOf(text);
      t.equal(plainText(text.normalize('NFD')), plain);
      t.ok(words.length <= 10 && words.every((word) => /^[\p{L}\p{N}]{1,60}$/u.test(word)));
    }),
    { numRuns: 50 },
  );
  const clock = fc.integer({ min: 0, max: 1_438 });
  const time = (minute: number) =>
    [Math.floor(minute / 60), minute % 60].map((part) => `${part}`.padStart(2, '0')).join(':');
  fc.assert(
    fc.property(clock, clock, (one, other) => {
      const [from, to] = one < other ? [one, other] : [other, one + 1];
      const ranges = openMinutes(`Th ${time(from)}-${time(to)}`);
      const [thursday, holiday] = [3 * 1_440, 10 * 1_440];
      t.equal(
        ranges,
        `{[${thursday + from},${thursday + to}),[${holiday + from},${holiday + to})}`,
      );
      const minutes = Array.from({ length: to - from }, (_, n) => [
        thursday + from + n,
        holiday + from + n,
      ]);
      t.same(
        quartersOf(ranges ?? '').toSorted(),
        [...new Set(minutes.flat().map(quarterOf))].sort(),
      );
    }),
    { numRuns: 10 },
  );
  t.equal(minuteOf(new Date('2026-11-26T00:30:00Z')), 3 * 1_440 + 90, 'Thursday in Paris');
  t.equal(openMinutes('sunrise-sunset'), undefined);
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 200, noNaN: true }),
      (km) => Math.abs(kilometresOf(chordOf(km)) - km) < 1e-6,
    ),
  );
});

t.test('synonyms stand as words are searched, or nobody would find them', async (t) => {
  for (const word of synonyms.flat()) t.equal(plainText(word), word);
  t.equal(
    queryOf(['soins', 'lit'], 2),
    '((soins | sante | medecin | docteur | طبيب | doctor) & (lit))',
  );
  t.equal(queryOf(['x', 'y', 'z'], 2), '((x) & (y)) | ((x) & (z)) | ((y) & (z))');
  t.equal(queryOf([], 0), null);
});

t.test(
  'cells around a centre hold whatever is near, wherever on earth, and are not many',
  async () => {
    const degrees = (most: number) => fc.double({ min: -most, max: most, noNaN: true });
    fc.assert(
      fc.property(
        degrees(90),
        degrees(180),
        fc.tuple(degrees(1), degrees(1)),
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        (latitude, longitude, [north, east], radiusKm) => {
          const centre = pointOf({ latitude, longitude });
          const chord = chordOf(radiusKm);
          const around = new Set(cellsAround(centre, chord));
          // A degree is 111 km at most.
          const share = radiusKm / 150;
          const place = {
            latitude: Math.max(-90, Math.min(90, latitude + north * share)),
            longitude: longitude + east * share,
          };
          const far = Math.hypot(...pointOf(place).map((part, n) => part - (centre[n] ?? 0)));
          const isFound = cellsOf(place).some((cell) => around.has(cell));
          return around.size <= 160 && (far > chord || isFound);
        },
      ),
      { numRuns: 300 },
    );
  },
);
