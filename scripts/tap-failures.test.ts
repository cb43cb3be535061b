import t from 'tap';
import { tapFailures } from './tap-failures.ts';

const output = `TAP version 14
1..2
# Subtest: good.test.ts
    noise of a file that passes
    # Subtest: inner
        ok 1 - fine
        1..1
    ok 1 - inner # time=1ms
    1..1
    # time=1ms
ok 1 - good.test.ts # time=20.5ms

# Subtest: bad.test.ts
    # Subtest: passes
        ok 1 - fine
        1..1
    ok 1 - passes # time=1ms

    # Subtest: fails
        ok 1 - fine
        not ok 2 - should be equal
          ---
          diff: |
            -  ok 1 - this is a value
            +  other
          ...
        1..2
    not ok 2 - fails # time=1ms
    1..2
not ok 2 - bad.test.ts # time=3000ms
  ---
  exitCode: 1
  ...

# { total: 5, pass: 3, fail: 1, skip: 1 }
# time=2ms
`;

t.test('only what failed is printed, with the tests it is part of', async (t) => {
  let printed = '';
  const failures = tapFailures((text) => {
    printed += text;
  });
  for (const line of output.split('\n')) failures.line(line);
  t.same(failures.count(), { passed: 3, failed: 1 });
  t.equal(
    printed,
    `# Subtest: bad.test.ts
    # Subtest: fails
        not ok 2 - should be equal
          ---
          diff: |
            -  ok 1 - this is a value
            +  other
          ...
    not ok 2 - fails # time=1ms
not ok 2 - bad.test.ts # time=3000ms
  ---
  exitCode: 1
  ...
`,
  );
});

t.test('it tells which files took longest', async (t) => {
  const failures = tapFailures(() => undefined);
  for (const line of output.split('\n')) failures.line(line);
  t.same(failures.times(), [
    { path: 'bad.test.ts', seconds: 3 },
    { path: 'good.test.ts', seconds: 0.0205 },
  ]);
});

t.test('an output that ends early has no count', async (t) => {
  const failures = tapFailures(() => undefined);
  for (const line of output.split('\n').slice(0, 6)) failures.line(line);
  t.equal(failures.count(), undefined);
});
