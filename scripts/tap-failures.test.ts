import t from 'tap';
import { tapFailures } from './tap-failures.ts';

const output = `TAP version 14
noise before
# Subtest: good
    noise of a test that passes
    # Subtest: inner
        ok 1 - fine
        1..1
    ok 1 - inner # time=1ms
    1..1
ok 1 - good # time=20.5ms

# Subtest: bad
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
not ok 2 - bad # time=3000ms

1..2
# { total: 5, pass: 3, fail: 1, skip: 1 }
# time=2ms
`;

t.test('only what failed is told, with the tests it is part of', async (t) => {
  const failures = tapFailures();
  for (const line of output.split('\n')) failures.line(line);
  t.same(failures.count(), { passed: 3, failed: 1 });
  t.equal(
    failures.text(),
    `noise before
# Subtest: bad
    # Subtest: fails
        not ok 2 - should be equal
          ---
          diff: |
            -  ok 1 - this is a value
            +  other
          ...
    not ok 2 - fails # time=1ms
not ok 2 - bad # time=3000ms
`,
  );
});

t.test('an output that ends early has no count', async (t) => {
  const failures = tapFailures();
  for (const line of output.split('\n').slice(0, 6)) failures.line(line);
  t.equal(failures.count(), undefined);
});
