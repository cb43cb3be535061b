import { randomBytes } from 'node:crypto';
import t from 'tap';
import { MasterKeyInvalid, MasterKeyMissing, readMasterKeys } from './master-key.ts';
import { KeyBroken, unwrap, wrap } from './wrap.ts';

const random = (): string => randomBytes(32).toString('base64url');

t.test('the first configured key is the current one and the others stay usable', async (t) => {
  const [one, two] = [random(), random()];
  const masters = readMasterKeys(`${one}, ${two}`);
  t.equal(masters.all.size, 2);
  t.equal(masters.current.id, readMasterKeys(one).current.id);
  const dataKey = randomBytes(32);
  t.same(
    unwrap(masters, 'p/identity', wrap(readMasterKeys(two).current, 'p/identity', dataKey)),
    dataKey,
  );
});

t.test('a master key that cannot be used is named by its place and never shown', async (t) => {
  const good = random();
  const cases = [
    ['', /1 has 0 bytes instead of 32/],
    [`${good},${randomBytes(16).toString('base64url')}`, /2 has 16 bytes instead of 32/],
    ['not base64url!', /1 is not base64url/],
    [`${good},${good}`, /twice/],
    [Buffer.alloc(32).toString('base64url'), /1 is not random/],
  ] as const;
  for (const [text, message] of cases) {
    try {
      readMasterKeys(text);
      t.fail(`${message} was expected`);
    } catch (error) {
      t.ok(error instanceof MasterKeyInvalid);
      t.match((error as Error).message, message);
      t.notMatch((error as Error).message, good);
    }
  }
});

t.test('a wrapped key opens under its own name and master key only', async (t) => {
  const masters = readMasterKeys(random());
  const wrapped = wrap(masters.current, 'p/identity', randomBytes(32));
  t.throws(() => unwrap(masters, 'q/identity', wrapped), KeyBroken);
  t.throws(() => unwrap(readMasterKeys(random()), 'p/identity', wrapped), MasterKeyMissing);
});
