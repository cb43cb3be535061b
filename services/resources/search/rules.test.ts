import fc from 'fast-check';
import t from 'tap';
import { minuteOf, openMinutes } from './opening.ts';
import { plainText, wordsOf } from './plain.ts';
import { chordOf, kilometresOf } from './position.ts';

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
