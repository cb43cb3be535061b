import fc from 'fast-check';
import t from 'tap';
import { nestingMax, parseJson } from './json.ts';
import { HttpProblem } from './problem.ts';

const read = (text: string | Uint8Array) => parseJson(Buffer.from(text));

function refusal(text: string | Uint8Array): { code?: string; pointer?: string } {
  try {
    read(text);
    return {};
  } catch (error) {
    const [first] = error instanceof HttpProblem ? (error.extras.errors ?? []) : [];
    return first === undefined ? {} : { code: first.code, pointer: first.pointer };
  }
}

t.test('what JSON.parse reads is read alike', async (t) => {
  const isPlain = (value: unknown): boolean =>
    !/__proto__|"constructor"|"prototype"|\\ud[89a-f]|\\u0000/i.test(JSON.stringify(value));
  const value = fc
    .jsonValue({ maxDepth: 6 })
    .filter(isPlain)
    .map((one) => JSON.stringify(one, null, 1));
  fc.assert(
    fc.property(value, (text) => {
      const expected = JSON.parse(text, (_key, one) =>
        typeof one === 'string' ? one.normalize('NFC') : one,
      );
      t.strictSame(read(text), expected);
    }),
    { numRuns: 300 },
  );
});

t.test('what JSON.parse refuses is refused', async (t) => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:01-.eE+tfn\\u \n') }), (text) => {
      let isJson = true;
      try {
        JSON.parse(text);
      } catch {
        isJson = false;
      }
      if (!isJson) t.equal(refusal(text).code === undefined, false, text);
    }),
    { numRuns: 500 },
  );
});

t.test('what means two things, or nothing, is refused where it stands', async (t) => {
  const cases: [string | Uint8Array, string, string][] = [
    ['{"a":1,"b":{"c":1,"c":2}}', 'duplicate-key', '/b/c'],
    ['{"a":[{"__proto__":{}}]}', 'forbidden-key', '/a/0/__proto__'],
    ['{"constructor":1}', 'forbidden-key', '/constructor'],
    ['{"a":[1,1e400]}', 'number-out-of-range', '/a/1'],
    ['{"a":"\\ud800"}', 'lone-surrogate', '/a'],
    ['{"a":"x\\u0000"}', 'nul-character', '/a'],
    ['{"a":["\u200f\u2067\ufeff"]}', 'invisible-text', '/a/0'],
    ['{"a":"\\u3164 \\u0007"}', 'invisible-text', '/a'],
    ['\ufeff{}', 'byte-order-mark', ''],
    [Uint8Array.of(0x22, 0xff, 0x22), 'encoding', ''],
    ['{"a/b~":tru}', 'syntax', '/a~1b~0'],
    ['[1] 2', 'syntax', ''],
    ['', 'syntax', ''],
  ];
  for (const [text, code, pointer] of cases) {
    t.strictSame(refusal(text), { code, pointer }, Buffer.from(text).toString());
  }
});

t.test('marks that nobody sees stand in texts of any script, not instead of them', async (t) => {
  for (const text of ['', ' ', '\t', '\u200fعلي\u200e', '👩\u200d🦰', '\u0301', 'á', '١']) {
    t.strictSame(read(JSON.stringify([text])), [text]);
  }
});

t.test('nesting ends at 32, quickly, however long the text', async (t) => {
  const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;
  t.strictSame(refusal(nested(nestingMax)), {});
  t.equal(refusal(nested(nestingMax + 1)).code, 'too-deep');
  t.equal(refusal('['.repeat(100_000)).code, 'too-deep');
});

t.test('a name typed with combining marks equals the name typed without', async (t) => {
  t.strictSame(read('{"name":"Jose\u0301"}'), { name: 'José' });
  t.equal(refusal('{"é":1,"e\u0301":2}').code, 'duplicate-key');
});
