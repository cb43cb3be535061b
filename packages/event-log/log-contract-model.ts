import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Test } from 'tap';
import { type Appended, ContentMismatch, type Log, type NewEvent } from './log.ts';
import { probeEvent, probeStream, readAll } from './log-probe.ts';

/** One try to append: which stream, which of a few ids and contents, at which revision. */
type Try = {
  readonly stream: number;
  readonly ids: readonly number[];
  readonly content: number;
  readonly expected: number;
};

const tries: fc.Arbitrary<readonly Try[]> = fc.array(
  fc.record({
    stream: fc.nat({ max: 1 }),
    ids: fc.uniqueArray(fc.nat({ max: 7 }), { minLength: 1, maxLength: 3 }),
    content: fc.oneof(
      { weight: 6, arbitrary: fc.constant(0) },
      { arbitrary: fc.constant(1), weight: 1 },
    ),
    expected: fc.integer({ min: -1, max: 4 }),
  }),
  { minLength: 5, maxLength: 25 },
);

/** Any history of appends gives what a list in memory would give. */
export async function modelContract(t: Test, log: Log): Promise<void> {
  await t.test('any history of appends behaves as a list in memory', async (t) => {
    const property = fc.asyncProperty(tries, async (history) => {
      const ids = Array.from({ length: 2 }, () => Array.from({ length: 8 }, () => randomUUID()));
      const streams = [probeStream(), probeStream()];
      const model: NewEvent[][] = [[], []];
      for (const step of history) {
        const stream = streams[step.stream] ?? '';
        const events = step.ids.map((n) =>
          probeEvent({ n, content: step.content }, { id: ids[step.stream]?.[n] ?? '' }),
        );
        const expected = step.expected < 0 ? 'none' : BigInt(step.expected);
        const predicted = predict(model[step.stream] ?? [], events, step.expected);
        const actual = await log.append(stream, events, { expected }).catch((error) => error);
        compare(t, actual, predicted);
      }
      for (const [n, stream] of streams.entries()) {
        const records = await readAll(log, stream);
        t.same(
          records.map(({ id, data }) => ({ id, data })),
          model[n]?.map(({ id, data }) => ({ id, data })),
        );
      }
    });
    await fc.assert(property, { numRuns: 25 });
  });
}

type Predicted = { readonly revision: number; readonly duplicate: boolean } | number | 'mismatch';

/** What the store must answer; changes the model as the store must change. */
function predict(model: NewEvent[], events: readonly NewEvent[], expected: number): Predicted {
  const known = events.map((event) => model.findIndex((stored) => stored.id === event.id));
  if (known.some((index) => index >= 0)) {
    const [start = -1] = known;
    const same = events.every(
      (event, n) =>
        known[n] === start + n &&
        JSON.stringify(model[start + n]?.data) === JSON.stringify(event.data),
    );
    if (start < 0 || !same) return 'mismatch';
    return { revision: start + events.length - 1, duplicate: true };
  }
  if (expected !== model.length - 1) return model.length - 1;
  model.push(...events);
  return { revision: model.length - 1, duplicate: false };
}

function compare(t: Test, actual: Appended | Error, predicted: Predicted): void {
  if (predicted === 'mismatch') t.ok(actual instanceof ContentMismatch, String(actual));
  else if (actual instanceof Error) t.fail(actual.message);
  else if (typeof predicted === 'number') {
    const revision = predicted < 0 ? 'none' : BigInt(predicted);
    t.same(actual, { appended: false, actual: revision });
  } else {
    const { revision, duplicate } = predicted;
    t.match(actual, { appended: true, revision: BigInt(revision), duplicate });
  }
}
